import { execFileSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { manifest, Workspace } from './workspace.ts';

let workspace: Workspace;
beforeAll(() => {
  workspace = new Workspace({
    'Cargo.toml': '[workspace]\nmembers = ["crates/*"]\nresolver = "2"\n',
    'crates/app/Cargo.toml': manifest('app', '[features]\nfull = []\nsome = []\n'),
    'crates/app/src/main.rs': `#[cfg(feature = "full")]
compile_error!("needs what is not public");
fn main() { println!("{}", if cfg!(feature = "some") { "some" } else { "minimal" }); }
`,
    'crates/app/features.sh': '#!/bin/sh\nprintf "some,"\n',
  });
  chmodSync(workspace.path('crates/app/features.sh'), 0o755);
});
afterAll(() => {
  workspace.remove();
});

const withOptions = (options: unknown) => {
  workspace.write(
    'crates/app/project.json',
    JSON.stringify({ name: 'app', targets: { 'build-linux-amd64': { options } } }),
  );
  return workspace.nx(['run', 'app:build']);
};
const printed = () => execFileSync(workspace.path('artifacts/linux/amd64/app'), { encoding: 'utf8' }).trim();
const version = () =>
  JSON.parse(workspace.read('artifacts/linux/amd64/app.version')) as Record<string, unknown>;

it('builds the first feature set that compiles, and reports which one and why', () => {
  const { status, output } = withOptions({
    features: ['full'],
    fallbacks: [{ features: ['unknown'] }, { features: 'some' }, { features: [] }],
  });
  expect(status, output).toBe(0);
  expect(printed()).toBe('some');
  expect(output).toContain('--features full cannot be built, falling back to --features unknown');
  expect(output).toMatch(/built with --features some: --features full could not be built/);
  expect(version()).toMatchObject({
    features: ['some'],
    fallbackFrom: [{ features: '--features full' }, { features: '--features unknown' }],
  });
});

it('fails with the last error if no feature set compiles', () => {
  const { status, output } = withOptions({ features: ['unknown'], fallbacks: [{ features: ['full'] }] });
  expect(status).not.toBe(0);
  expect(output).toContain('COMPILE_FAILED');
  expect(output).toContain('needs what is not public');
});

it('reads the features from the output of a script', () => {
  const { status, output } = withOptions({ features: '@features.sh' });
  expect(status, output).toBe(0);
  expect(printed()).toBe('some');
  expect(version()).toMatchObject({ features: ['some'] });
});

it('reports a script that prints nothing', () => {
  workspace.write('crates/app/features.sh', '#!/bin/sh\n');
  const { status, output } = withOptions({ features: ['@features.sh'] });
  expect(status).not.toBe(0);
  expect(output).toContain('FEATURES_SCRIPT_FAILED');
  expect(output).toContain('its output is empty');
});

it('sqlxOffline makes SQLx check queries without a database', () => {
  workspace.write('crates/app/features.sh', '#!/bin/sh\necho some\n');
  workspace.write(
    'crates/app/build.rs',
    'fn main() { println!("cargo:rustc-env=SEEN={:?} {:?}", std::env::var("SQLX_OFFLINE"), std::env::var("DATABASE_URL")); }\n',
  );
  workspace.write('crates/app/src/main.rs', 'fn main() { println!("{}", env!("SEEN")); }\n');
  process.env.DATABASE_URL = 'postgres://nowhere';
  const { status, output } = withOptions({ sqlxOffline: true });
  delete process.env.DATABASE_URL;
  expect(status, output).toBe(0);
  expect(printed()).toBe('Ok("true") Err(NotPresent)');
});

it('uses saved SQLx queries by default if DATABASE_URL is not set', () => {
  workspace.write('.sqlx/query-0a1b.json', '{}');
  expect(withOptions({}).status).toBe(0);
  expect(printed()).toBe('Ok("true") Err(NotPresent)');
});
