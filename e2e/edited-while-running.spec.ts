import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { until } from './until.ts';
import { manifest, outcomes, Workspace } from './workspace.ts';

let workspace: Workspace;
afterEach(() => {
  workspace.remove();
});

/** Runs a target and edits a file once its tool has started. @returns the output and exit code of Nx */
async function runAndEdit(
  task: string,
  path: string,
  text: string,
): Promise<{ ok: boolean; output: string }> {
  rmSync(workspace.path('target/go-on'), { force: true });
  rmSync(workspace.path('target/begun'), { force: true });
  const run = workspace.startAndRead(['run', task]);
  await until(() => workspace.exists('target/begun') || run.hasEnded());
  workspace.write(path, text);
  workspace.write('target/go-on', '');
  return run.end;
}

/** Runs a target. The result starts with the outcome of the task. */
function run(task: string): string {
  const { status, output } = workspace.nx(['run', task]);
  if (output.includes('CACHE_ENTRY_STALE')) return 'stale';
  const words = Object.entries(outcomes(output)).filter(([name]) => name.startsWith(task));
  return status === 0 ? (words[0]?.[1] ?? 'nothing') : 'failed';
}

/** Delays a process until the test has edited the file that it reads. */
const script = `use std::{fs, path::Path, thread, time::Duration};
fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=again.txt");
    fs::create_dir_all("../target").unwrap();
    fs::write("../target/begun", "").unwrap();
    while !Path::new("../target/go-on").exists() { thread::sleep(Duration::from_millis(20)); }
}
`;
const crates = (own: boolean) => ({
  'Cargo.toml': '[workspace]\nmembers = ["app", "slow"]\nresolver = "2"\n',
  'app/Cargo.toml': manifest('app', '[dependencies]\nslow = { path = "../slow" }\n'),
  'app/again.txt': '',
  ...(own ? { 'app/build.rs': script } : { 'slow/build.rs': script }),
  'slow/Cargo.toml': manifest('slow'),
  'slow/again.txt': '',
  'slow/src/lib.rs': '',
});
const printing = (text: string) => `fn main() { println!("${text}"); }\n`;
const artifact = (name: string) =>
  execFileSync(workspace.path(`artifacts/linux/amd64/${name}`), { encoding: 'utf8' }).trim();

describe('a source that is edited while its crate is compiled', () => {
  it.each([
    ['of a crate with a build script', true],
    ['of a crate without one', false],
  ])('does not cache the new program under the hash of the old source: %s', async (_, own) => {
    workspace = new Workspace({ ...crates(own), 'app/src/main.rs': printing('one') });
    const task = 'app:build-linux-amd64';
    const edited = await runAndEdit(task, 'app/src/main.rs', printing('two'));
    expect(edited.ok, edited.output).toBe(true);
    expect(edited.output).toContain('app/src/main.rs changed while the task ran');
    expect(artifact('app')).toBe('two');

    workspace.write('app/src/main.rs', printing('one'));
    expect([run(task), artifact('app')]).toEqual(['built', 'one']);
    expect([run(task), artifact('app')]).toEqual(['cached', 'one']);
    workspace.write('app/src/main.rs', printing('two'));
    expect([run(task), artifact('app')]).toEqual(['built', 'two']);
    expect([run(task), artifact('app')]).toEqual(['cached', 'two']);

    // A new clone detects the stale result, and then builds.
    rmSync(workspace.path('.nx'), { recursive: true });
    rmSync(workspace.path('target/go-on'));
    workspace.write('app/src/main.rs', printing('one'));
    expect(run(task)).toBe('stale');
    workspace.write('target/go-on', '');
    expect([run(task), artifact('app')]).toEqual(['cached', 'one']);
  });

  it.each(['check', 'test', 'lint'])('does not restore %s from the cache', async (target) => {
    const bad = {
      check: 'fn main() { let _: () = 1; }\n',
      test: 'fn main() {}\n#[test]\nfn fails() { panic!() }\n',
      lint: '#![deny(clippy::approx_constant)]\nfn main() { println!("{}", 3.14); }\n',
    }[target];
    workspace = new Workspace({ ...crates(false), 'app/src/main.rs': bad ?? '' });
    const edited = await runAndEdit(`app:${target}`, 'app/src/main.rs', 'fn main() {}\n');
    expect(edited.ok, edited.output).toBe(true);
    expect(edited.output).toContain('app/src/main.rs changed while the task ran');
    workspace.write('app/src/main.rs', bad ?? '');
    expect(run(`app:${target}`)).toBe('failed');
  });
});

it('detects an edit between hashing and the start of the build', async () => {
  workspace = new Workspace({
    ...crates(false),
    'slow/build.rs': 'fn main() {}\n',
    'app/src/main.rs': printing('one'),
    'app/project.json': JSON.stringify({
      targets: {
        wait: {
          command: 'mkdir -p target; touch target/begun; while [ ! -e target/go-on ]; do sleep 0.1; done',
        },
        'build-linux-amd64': {
          dependsOn: ['wait', { target: 'resolve', projects: ['slow', 'app'] }],
        },
      },
    }),
  });
  const edited = await runAndEdit('app:build-linux-amd64', 'app/src/main.rs', printing('two'));
  expect(edited.output).toContain('app/src/main.rs changed while the task ran');
  expect(artifact('app')).toBe('two');
  workspace.write('app/src/main.rs', printing('one'));
  workspace.write('target/go-on', '');
  expect([run('app:build-linux-amd64'), artifact('app')]).toEqual(['built', 'one']);
});

describe('a source that is edited while a Go module is compiled', () => {
  const goModule = (target: string, file: string, text: string) => {
    workspace = new Workspace(
      {
        'tool/go.mod': 'module example.org/tool\n\ngo 1.25\n',
        'tool/main.go': 'package main\n\nfunc main() {}\n',
        [`tool/${file}`]: text,
      },
      undefined,
      undefined,
      [{ plugin: '@millwright/go', options: { platforms: ['linux/amd64'] } }],
    );
    // Starts the Go tools, and delays the first one.
    const [begun, goOn] = [workspace.path('target/begun'), workspace.path('target/go-on')];
    workspace.write(
      'tool.sh',
      `mkdir -p "${workspace.path('target')}"\ntouch "${begun}"\nwhile [ ! -e "${goOn}" ]; do sleep 0.1; done\nexec "$@"\n`,
    );
    const options = { args: [`-toolexec=sh ${workspace.path('tool.sh')}`] };
    workspace.write(
      'tool/project.json',
      JSON.stringify({ name: 'tool', targets: { [target]: { options } } }),
    );
  };

  it('does not cache the new program under the hash of the old source', async () => {
    const main = (text: string) => `package main\n\nfunc main() { print("${text}") }\n`;
    const printed = () =>
      execFileSync('sh', ['-c', `${workspace.path('artifacts/linux/amd64/tool')} 2>&1`], {
        encoding: 'utf8',
      });
    const task = 'tool:build-linux-amd64';
    goModule('build-linux-amd64', 'main.go', main('one'));
    const edited = await runAndEdit(task, 'tool/main.go', main('two'));
    expect(edited.ok, edited.output).toBe(true);
    expect(edited.output).toContain('tool/main.go changed while the task ran');
    expect(printed()).toBe('two');
    workspace.write('tool/main.go', main('one'));
    expect([run(task), printed()]).toEqual(['built', 'one']);
    expect([run(task), printed()]).toEqual(['cached', 'one']);
    rmSync(workspace.path('.nx'), { recursive: true });
    expect(run(task)).toBe('stale');
    expect([run(task), printed()]).toEqual(['cached', 'one']);
  });

  it.each([
    ['test', 't.Fatal("bad")'],
    ['vet', 't.Errorf("%d", "bad")'],
  ])('does not restore %s from the cache', async (target, bad) => {
    const testing = (body: string) =>
      `package main\n\nimport "testing"\n\nfunc TestX(t *testing.T) { ${body} }\n`;
    goModule(target, 'main_test.go', testing(bad));
    const edited = await runAndEdit(`tool:${target}`, 'tool/main_test.go', testing(''));
    expect(edited.ok, edited.output).toBe(true);
    expect(edited.output).toContain('tool/main_test.go changed while the task ran');
    workspace.write('tool/main_test.go', testing(bad));
    expect(run(`tool:${target}`)).toBe('failed');
  });
});
