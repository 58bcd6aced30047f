import { afterEach, expect, it } from 'vitest';
import { manifest, outcomes, Workspace } from './workspace.ts';

let workspace: Workspace;
afterEach(() => {
  workspace.remove();
});

/** Compiles and passes unless a file outside the crate, or a variable, contains "bad". */
const source = `const FILE: &str = include_str!("../../data/expected.txt");
const _: () = assert!(FILE.as_bytes()[0] != b'b', "bad file");
const _: () = assert!(option_env!("FLAVOR").is_none(), "bad flavor");
#[test]
fn reads_when_it_runs() { assert!(std::env::var("TASTE").is_err()); }
`;

it.each([
  ['check', 'FLAVOR'],
  ['test', 'FLAVOR'],
  ['test', 'TASTE'],
  ['lint', 'FLAVOR'],
])('%s runs again once a file outside the crate or %s changes', (target, variable) => {
  workspace = new Workspace({
    'Cargo.toml': '[workspace]\nmembers = ["app"]\nresolver = "2"\n',
    'app/Cargo.toml': manifest('app'),
    'app/src/lib.rs': '',
    'app/tests/reads.rs': source,
    'data/expected.txt': 'good',
  });
  const run = (env: Readonly<Record<string, string>> = {}) => {
    const { status, output } = workspace.nx(['run', `app:${target}`], env);
    return status === 0 ? outcomes(output)[`app:${target}`] : 'failed';
  };
  expect([run(), run()]).toEqual(['built', 'cached']);
  expect(run({ [variable]: 'bad' })).toBe('failed');
  workspace.write('data/expected.txt', 'bad');
  expect(run()).toBe('failed');
  workspace.write('data/expected.txt', 'good');
  expect(run()).toBe('cached');
});
