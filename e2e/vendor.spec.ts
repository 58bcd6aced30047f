import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, beforeEach, afterEach, expect, it } from 'vitest';
import { manifest, Workspace } from './workspace.ts';

/** Allows submodules of local repositories, as a user's git configuration would allow those of a host. */
const localProtocol = {
  GIT_CONFIG_COUNT: '1',
  GIT_CONFIG_KEY_0: 'protocol.file.allow',
  GIT_CONFIG_VALUE_0: 'always',
};

let upstream: Workspace;
let ours: Workspace;
beforeAll(() => {
  upstream = new Workspace({
    'backend/Cargo.toml': `${manifest('mill', '[features]\nfine = []\n')}[workspace]\nmembers = ["stone"]\n`,
    'backend/src/main.rs':
      'fn main() { println!("Mill {}", if cfg!(feature = "fine") { "fine" } else { "coarse" }); }\n',
    'backend/stone/Cargo.toml': manifest('stone'),
    'backend/stone/src/lib.rs': '',
    'backend/all_features.sh': '#!/bin/sh\necho fine\n',
    'backend/openapi.yaml': 'openapi: 3.0.3\npaths: { /turns: { get: {} } }\n',
  });
  upstream.cargo('generate-lockfile', '--offline', '--manifest-path', 'backend/Cargo.toml');
  upstream.commit();
  upstream.git('tag', 'v1.0.0');
  upstream.write('backend/src/main.rs', 'fn main() { println!("Mill of later"); }\n');
  upstream.commit();
});
afterAll(() => {
  upstream.remove();
});
beforeEach(() => {
  ours = new Workspace({});
});
afterEach(() => {
  ours.remove();
});

const vendor = (...args: readonly string[]) =>
  ours.nx(['generate', '@millwright/cargo:vendor', 'third_party/mill', ...args], localProtocol);

it('sets up sources from a URL and a tag, so that they build and validate without further configuration', () => {
  const { status, output } = vendor(
    `--url=${upstream.folder}`,
    '--ref=v1.0.0',
    '--features=fine',
    '--installTo=third_party/mill-binary',
    '--validate=fine',
    '--scripts',
  );
  expect(status, output).toBe(0);
  expect(output).toContain('third_party/mill is at v1.0.0');
  expect(output).toContain('2 crates in 1 Cargo workspace, 1 crate with binaries');
  expect(output).toContain('backend/openapi.yaml: OpenAPI document with 1 operation');
  expect(output).toContain('use the feature "@./all_features.sh"');
  expect(ours.git('diff', '--cached', '--name-only').trim().split('\n')).toEqual([
    '.gitmodules',
    'third_party/mill',
  ]);
  expect(ours.read('.gitmodules')).toContain('update = none');
  expect(JSON.parse(ours.read('third_party/mill.crates.json'))).toMatchObject({
    commit: upstream.git('rev-parse', 'v1.0.0').trim(),
    crates: [{ name: 'mill-backend' }, { name: 'stone' }],
  });
  const shown = ours.nx(['show', 'project', 'mill-backend', '--json']).output;
  expect(JSON.parse(shown)).toMatchObject({
    metadata: {
      inferred: [
        {
          from: 'third_party/mill/backend/all_features.sh',
          what: expect.stringContaining('@./all_features.sh') as unknown,
        },
        { from: 'third_party/mill/backend/openapi.yaml', what: 'OpenAPI document with 1 operation' },
      ],
    },
  });
  expect(JSON.parse(ours.read('package.json'))).toMatchObject({
    scripts: { 'mill:build': 'nx run mill-backend:build', 'mill:update': 'nx run mill:update' },
  });
  ours.commit();
  for (const target of ['build', 'validate']) {
    const built = ours.nx(['run', `mill-backend:${target}`]);
    expect(built.status, built.output).toBe(0);
  }
  expect(execFileSync(ours.path('third_party/mill-binary'), { encoding: 'utf8' })).toBe('Mill fine\n');

  const again = vendor();
  expect(again.status, again.output).toBe(0);
  expect(ours.git('status', '--porcelain', '--untracked-files=no')).toBe('');
  const other = vendor('--features=coarse');
  expect(other.status).not.toBe(0);
  expect(other.output).toContain('third_party/millwright.toml already declares third_party/mill');
});

it.each([
  ['a revision that does not exist', ['--ref=v9'], 'REVISION_UNKNOWN'],
  ['a crate that does not exist', ['--crate=sieve'], 'available crates: mill, stone'],
  ['a dry run', ['--dry-run'], 'a dry run does not fetch sources'],
])('leaves nothing behind after %s', (_, args, message) => {
  const { status, output } = vendor(`--url=${upstream.folder}`, ...args);
  expect(status).not.toBe(0);
  expect(output).toContain(message);
  expect(ours.exists('third_party/mill')).toBe(false);
  expect(ours.git('status', '--porcelain')).toBe('');
});

it('leaves nothing behind after a clone that cannot be checked out', () => {
  const broken = upstream.clone();
  const blob = broken.git('rev-parse', 'HEAD:backend/openapi.yaml').trim();
  broken.delete(`.git/objects/${blob.slice(0, 2)}/${blob.slice(2)}`);
  try {
    const { status, output } = vendor(`--url=${broken.folder}`);
    expect(status).not.toBe(0);
    expect(output).toContain('error[PROCESS_FAILED]: git clone failed');
    expect(ours.exists('third_party/mill')).toBe(false);
  } finally {
    broken.remove();
  }
});

it('names the missing URL when there are no sources yet', () => {
  const { status, output } = vendor();
  expect(status).not.toBe(0);
  expect(output).toContain('error[SOURCES_MISSING]');
});
