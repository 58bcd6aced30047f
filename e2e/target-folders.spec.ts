import { rmSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { manifest, outcomes, Workspace } from './workspace.ts';

/** cargo output folders other than `target`: nothing is compiled twice, and every change is detected. */
let workspace: Workspace;
beforeAll(() => {
  workspace = new Workspace({
    'Cargo.toml': '[workspace]\nmembers = ["app", "lib"]\nresolver = "2"\n',
    'lib/Cargo.toml': manifest('lib'),
    'lib/src/lib.rs': 'pub const TEXT: &str = "one";\n',
    'app/Cargo.toml': manifest('app', '[dependencies]\nlib = { path = "../lib" }\n'),
    'app/src/main.rs': 'fn main() { println!("{}", lib::TEXT); }\n',
  });
});
afterAll(() => {
  workspace.remove();
});
afterEach(() => {
  for (const path of ['.cargo', 'out', 'app/out', 'built', 'relative', 'artifacts'])
    rmSync(workspace.path(path), { recursive: true, force: true });
});

const build = (env: Readonly<Record<string, string>>, ...args: string[]) => {
  const { status, output } = workspace.nx(['run', 'app:build', '--skip-nx-cache', ...args], env);
  expect(status, output).toBe(0);
  return output;
};

it.each<[string, string, Readonly<Record<string, string>>, readonly string[]]>([
  ['target-dir in the configuration', '[build]\ntarget-dir = "out"\n', {}, []],
  ['target-dir within a crate', '[build]\ntarget-dir = "app/out"\n', {}, []],
  ['build-dir in the configuration', '[build]\nbuild-dir = "built"\n', {}, []],
  ['both', '[build]\ntarget-dir = "out"\nbuild-dir = "built"\n', {}, []],
  ['CARGO_TARGET_DIR, relative', '', { CARGO_TARGET_DIR: 'relative' }, []],
  ['CARGO_BUILD_BUILD_DIR, relative', '', { CARGO_BUILD_BUILD_DIR: 'built' }, []],
  ['an environment of the task', '', {}, ['--env.CARGO_TARGET_DIR=relative']],
  ['an argument of cargo', '', {}, ['--args=--target-dir=out']],
])('%s: the second build compiles nothing, and an edit is detected', (_, config, env, args) => {
  workspace.write('.cargo/config.toml', config);
  expect(build(env, ...args)).toContain('2 of 2 crates');
  expect(build(env, ...args)).not.toContain('of 2 crates');
  const source = workspace.read('lib/src/lib.rs');
  workspace.write('lib/src/lib.rs', source.replace('one', 'two'));
  expect(build(env, ...args)).toContain('2 of 2 crates');
  workspace.write('lib/src/lib.rs', source);
});

it('a target folder that git does not ignore is not an input of the build', () => {
  workspace.write('.cargo/config.toml', '[build]\ntarget-dir = "app/out"\n');
  workspace.nx(['run', 'app:build']);
  expect(workspace.exists('app/out/release')).toBe(true);
  expect(outcomes(workspace.nx(['run', 'app:build']).output)['app:build-linux-amd64:release']).toBe('cached');
});
