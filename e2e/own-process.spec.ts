import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { manifest, outcomes, Workspace } from './workspace.ts';

/**
 * With NX_ISOLATE_PLUGINS=false, the plugin runs in the process of Nx, which is the same for several runs if the
 * daemon is used. State of an earlier run must not affect later runs.
 */
describe.each(['false', 'true'])('the plugin in the process of Nx, with NX_DAEMON=%s', (NX_DAEMON) => {
  let workspace: Workspace;
  beforeAll(() => {
    workspace = new Workspace({
      'Cargo.toml': '[workspace]\nmembers = ["app"]\nresolver = "2"\n',
      'app/Cargo.toml': manifest('app'),
      'app/src/main.rs':
        'mod text;\nfn main() { println!("{} {}", text::TEXT, option_env!("CHANNEL").unwrap_or("none")); }\n',
      'app/src/text.rs': 'pub const TEXT: &str = "one";\n',
    });
  });
  afterAll(() => {
    if (NX_DAEMON === 'true') workspace.nx(['daemon', '--stop'], { NX_DAEMON });
    workspace.remove();
  });

  it.each<[string, (of: Workspace) => void, Readonly<Record<string, string>>, string, string]>([
    ['a first build', () => undefined, {}, 'built', 'one none'],
    ['nothing changed', () => undefined, {}, 'cached', 'one none'],
    ['a variable that the source asks for', () => undefined, { CHANNEL: 'beta' }, 'built', 'one beta'],
    ['the variable gone again', () => undefined, {}, 'cached', 'one none'],
    ['flags for the compiler', () => undefined, { RUSTFLAGS: '--cfg other' }, 'built', 'one none'],
    [
      'a module',
      (of) => {
        of.write('app/src/text.rs', 'pub const TEXT: &str = "two";\n');
      },
      {},
      'built',
      'two none',
    ],
    [
      'the artifacts deleted',
      (of) => {
        rmSync(of.path('artifacts'), { recursive: true });
      },
      {},
      'cached',
      'two none',
    ],
  ])('%s', (_, change, env, outcome, printed) => {
    change(workspace);
    const { status, output } = workspace.nx(['run-many', '-t', 'build'], { NX_DAEMON, ...env });
    expect(status, output).toBe(0);
    expect(outcomes(output)['app:build-linux-amd64:release']).toBe(outcome);
    const program = workspace.path('artifacts/linux/amd64/app');
    expect(execFileSync(program, { encoding: 'utf8' }).trim()).toBe(printed);
    expect(workspace.read('artifacts/checksums.json')).toContain(
      workspace.read('artifacts/linux/amd64/app.sha256').slice(0, 64),
    );
  });
});
