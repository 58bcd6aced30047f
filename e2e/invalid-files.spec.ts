import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isolatedPlugins, manifest, Workspace } from './workspace.ts';

const workspaceManifest = '[workspace]\nmembers = ["crates/*"]\nresolver = "2"\n';
const files = {
  'Cargo.toml': workspaceManifest,
  'crates/mill/Cargo.toml': manifest('mill'),
  'crates/mill/src/main.rs': 'fn main() {}\n',
  // Fixtures and templates that are not built.
  'tests/fixtures/broken/Cargo.toml': '[package',
  'tests/fixtures/unlisted/Cargo.toml': manifest('unlisted'),
  'tests/fixtures/unlisted/src/lib.rs': '',
  'templates/new/Cargo.toml': manifest('{{project-name}}'),
  'templates/new/src/lib.rs': '',
  // An invalid crate in its own workspace.
  'tools/sieve/Cargo.toml': '[workspace]\n[package]\nname = "sieve"\nversion = \n',
  'tools/sieve/src/main.rs': 'fn main() {}\n',
};
const cause = '[MANIFEST_INVALID]: the manifest is not valid TOML\n  --> tools/sieve/Cargo.toml:4:';

describe('a repository with invalid manifests', () => {
  let workspace: Workspace;
  beforeAll(() => {
    workspace = new Workspace({
      'Cargo.toml': workspaceManifest,
      'crates/mill/Cargo.toml': files['crates/mill/Cargo.toml'],
      'crates/mill/src/main.rs': 'fn main() {}\n',
    });
    for (const [path, text] of Object.entries(files)) workspace.write(path, text);
  });
  afterAll(() => {
    workspace.nx(['daemon', '--stop'], { NX_DAEMON: 'true' });
    workspace.remove();
  });

  const shown = (env = {}) => {
    const { stdout, stderr, status } = workspace.nxApart(['show', 'projects', '--json'], env);
    expect(status).toBe(0);
    return { projects: (JSON.parse(stdout) as string[]).sort(), warnings: stderr };
  };

  it.each([
    ['without', {}],
    ['with', { ...isolatedPlugins, NX_DAEMON: 'true', CI: undefined }],
  ])('shows all other projects and reports each file once, %s the daemon', (_, env) => {
    workspace.nx(['reset']);
    const { projects, warnings } = shown(env);
    expect(projects).toEqual(['mill', 'sieve', 'small']);
    for (const path of ['tests/fixtures/broken/Cargo.toml', 'tools/sieve/Cargo.toml']) {
      expect(warnings.split(path)).toHaveLength(2);
    }
    expect(warnings).toContain('"exclude": ["tests/fixtures/broken/**"]');
    expect(warnings).toContain('1 crate is not a project, because the Cargo workspace above');
    expect(warnings).toContain('tests/fixtures/unlisted');
    expect(warnings).toContain('1 manifest is not a project');
  });

  it('builds the valid crates', () => {
    const { status, output } = workspace.nx(['run', 'mill:build']);
    expect(output).toContain('Successfully ran target build');
    expect(status).toBe(0);
  });

  it.each(['build', 'build-linux-amd64', 'check', 'test'])(
    '%s of the crate fails with the error of its manifest',
    (target) => {
      const { status, output } = workspace.nx(['run', `sieve:${target}`]);
      expect(output.split(cause).length).toBeGreaterThan(2);
      expect(status).toBe(1);
    },
  );

  it('does not report excluded files', () => {
    const before = workspace.read('nx.json');
    const exclude = ['tests/fixtures/**', 'templates/**', 'tools/**'];
    const options = { platforms: ['linux/amd64'] };
    workspace.write(
      'nx.json',
      JSON.stringify({ analytics: false, plugins: [{ plugin: '@millwright/cargo', options, exclude }] }),
    );
    const { projects, warnings } = shown();
    workspace.write('nx.json', before);
    expect(projects).toEqual(['mill', 'small']);
    expect(warnings).toBe('');
  });

  it('every crate of a workspace with an invalid root manifest fails with its error', () => {
    workspace.write('Cargo.toml', `${workspaceManifest}members = 1\n`);
    const { projects } = shown();
    const { output, status } = workspace.nx(['run', 'mill:build']);
    workspace.write('Cargo.toml', workspaceManifest);
    expect(projects).toEqual(['mill', 'sieve', 'unlisted']);
    expect(output).toContain('[MANIFEST_INVALID]: the manifest is not valid TOML\n  --> Cargo.toml:4:');
    expect(status).toBe(1);
  });
});

it.each([
  ['{"platforms":["linux/arm46"]}', 'platforms.0 is "linux/arm46"'],
  ['{"platfroms":["linux/arm64"]}', 'platfroms'],
])('reports a typo in nx.json with cause and remedy: %s', (options, words) => {
  const workspace = new Workspace(files, JSON.parse(options));
  const { status, output } = workspace.nx(['show', 'projects']);
  workspace.remove();
  expect(output).toMatch(/error\[OPTION_INVALID\]: invalid options for @millwright\/cargo\n +--> nx\.json\n/);
  expect(output).toMatch(new RegExp(`cause: .*${words}`));
  expect(output).toContain('help: correct the option in nx.json');
  expect(status).toBe(1);
});

it('an invalid Compose file affects only its stack, and is reported once', () => {
  const good = 'services: { a: { image: debian:bookworm-slim } }\n';
  const workspace = new Workspace(
    {
      'good/compose.yaml': good,
      'mounts/compose.yaml': `x-millwright:\n  mounts:\n    - project: mill\n${good}`,
      'mounts/compose.ci.yaml': good,
      'broken/compose.yaml': 'services:\n  a: { image: [\n',
    },
    undefined,
    undefined,
    ['@millwright/compose'],
  );
  const { stdout, stderr } = workspace.nxApart(['show', 'projects', '--json']);
  const runs = ['check', 'up:ci'].map((target) => workspace.nx(['run', `mounts:${target}`]));
  workspace.remove();
  expect((JSON.parse(stdout) as string[]).sort()).toEqual(['broken', 'good', 'mounts']);
  expect(
    stderr.split('warning[COMPOSE_FILE_INVALID]: invalid Compose file\n  --> mounts/compose.yaml:3\n'),
  ).toHaveLength(2);
  expect(
    stderr.split(
      'warning[COMPOSE_FILE_INVALID]: the Compose file is not valid YAML\n  --> broken/compose.yaml:3\n',
    ),
  ).toHaveLength(2);
  expect(stderr).toContain('"plugin": "@millwright/compose", "exclude": [');
  for (const { status, output } of runs) {
    expect(output.split('invalid Compose file\n  --> mounts/compose.yaml:3\n')).toHaveLength(3);
    expect(status).toBe(1);
  }
});
