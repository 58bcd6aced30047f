import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { imageOf, inferProjects } from './infer.js';
import { imageFolder } from './targets.js';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'infer-'));
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

const withImage = (image: string) =>
  `[package]\nname = "app"\nversion = "0.1.0"\n\n[package.metadata.millwright.image]\n${image}\n`;

/** Returns the targets of the projects of a workspace, by folder. */
async function infer(files: Readonly<Record<string, string>>, images: object = {}) {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const context = { workspaceRoot: root, nxJsonConfiguration: {} };
  const results = await inferProjects(Object.keys(files), { images }, context);
  return Object.fromEntries(results.flatMap(([, { projects = {} }]) => Object.entries(projects)));
}

it('infers targets for crates that describe an image, and for projects in the options', async () => {
  const projects = await infer(
    {
      'app/Cargo.toml': withImage('name = "ghcr.io/team/app"\nbase = "debian:bookworm-slim"\nlibc = "musl"'),
      'lib/Cargo.toml': '[package]\nname = "lib"\n',
      'api/go.mod': 'module example.org/api\n',
      'api/package.json': '{}',
    },
    { api: { name: 'api', platforms: ['linux/arm64'] } },
  );
  expect(Object.keys(projects).sort()).toEqual(['api', 'app']);
  expect(Object.keys(projects.app?.targets ?? {})).toEqual([
    'oci-image',
    'oci-push',
    'oci-load',
    'oci-verify',
    'oci-base-update',
  ]);
  const image = projects.app?.targets?.['oci-image'];
  expect(image?.dependsOn).toEqual([
    'build-linux-amd64-musl',
    'build-linux-amd64',
    'build-linux-arm64-musl',
    'build-linux-arm64',
  ]);
  expect(image?.inputs).toContain('{workspaceRoot}/millwright.images.lock');
  const own = projects.api?.targets?.['oci-image'];
  expect(own?.dependsOn).toEqual(['build-linux-arm64']);
  expect(own?.inputs).not.toContain('{workspaceRoot}/millwright.images.lock');
  expect(projects.api?.targets?.['oci-push']?.cache).toBe(false);
});

it('ignores an image whose folder another project has', async () => {
  const files = { 'a/go.mod': 'module a\n', 'b/go.mod': 'module b\n' };
  const images = { a: { name: 'ghcr.io/team/app' }, b: { name: 'quay.io/team/app' } };
  expect(Object.keys(await infer(files, images))).toEqual(['a']);
});

it('builds SBOM and provenance before an image that has them in its index', async () => {
  const { app } = await infer({ 'app/Cargo.toml': withImage('name = "app"\nattestations = "inline"') });
  const image = app?.targets?.['oci-image'];
  expect(image?.dependsOn).toEqual(['build-linux-amd64', 'build-linux-arm64', 'sbom']);
  expect(image?.inputs).toContainEqual({
    dependentTasksOutputFiles: '**/*.{sha256,provenance.json,cdx.json}',
  });
});

it('reports a misspelled setting with the file that has it', () => {
  const text = withImage('name = "app"\nentrypiont = ["/app"]');
  expect(() => imageOf('app/Cargo.toml', text)).toThrow(
    expect.objectContaining({
      code: 'OPTION_INVALID',
      location: { file: 'app/Cargo.toml' },
      why: expect.stringContaining('entrypoint') as string,
    }) as Error,
  );
});

it.each<[string, object, string]>([
  ['a user with the name of a group', { user: 'nonroot:nonroot' }, 'user'],
  ['a user with a line break', { user: 'app\nroot' }, 'user'],
  ['a port that does not exist', { ports: ['70000'] }, 'ports.0'],
  ['a variable that a Dockerfile would extend', { env: { PATH: '/opt/bin:$PATH' } }, 'env'],
  ['a variable that a shell would extend', { env: { PATH: '${PATH}:/opt/bin' } }, 'env'],
])('refuses %s', (_, setting, name) => {
  const text = withImage(
    `name = "app"\n${Object.entries(setting)
      .map(([key, value]) => `${key} = ${JSON.stringify(value).replaceAll('":', '"=')}`)
      .join()}`,
  );
  const expected = { code: 'OPTION_INVALID', why: expect.stringContaining(name) as string };
  expect(() => imageOf('app/Cargo.toml', text)).toThrow(expect.objectContaining(expected) as Error);
});

it('takes other values of variables as they are', () => {
  const image = imageOf('Cargo.toml', withImage('name = "app"\nenv = { PASSWORD = "a$PASSWORDb:$HOME" }'));
  expect(image?.env).toEqual({ PASSWORD: 'a$PASSWORDb:$HOME' });
});

it.each([undefined, '[package]\nname = ', '[package.metadata]\nmillwright = 3', '# millwright'])(
  'finds no image in %j',
  (text) => {
    expect(imageOf('Cargo.toml', text)).toBeUndefined();
  },
);

it.each([
  ['ghcr.io/team/app', 'artifacts/images/team-app'],
  ['localhost:5000/app', 'artifacts/images/app'],
  ['app', 'artifacts/images/app'],
])('the image %s is in %s', (name, folder) => {
  expect(imageFolder(name)).toBe(folder);
});
