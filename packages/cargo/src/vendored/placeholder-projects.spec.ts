import { describe, expect, it } from 'vitest';
import { vendoredNames, readVendoredSources } from './vendored-crates.js';
import { sourceProjects } from './source-projects.js';

const vendored = `
[sources.mill]
libc = ["gnu", "musl"]
[sources.mill.crates.server]
name = "mill-server"
configurations.minimal = { features = [] }
[sources.mill.crates.tool]
`;
const list = JSON.stringify({
  commit: 'abc',
  crates: [
    { folder: 'server', name: 'server', builds: true, runs: true, dependsOn: ['core'] },
    { folder: 'core', name: 'mill-core', builds: false, runs: false, dependsOn: [] },
  ],
});

function projectsWith(files: Readonly<Record<string, string>>, manifests: readonly string[] = []) {
  const read = (path: string) => files[path];
  const { sources } = readVendoredSources(['vendor/millwright.toml'], read, { platforms: ['linux/amd64'] });
  const names = new Map([...vendoredNames(sources), ['vendor/mill/core', 'mill-core']]);
  const isProject = (folder: string) => manifests.includes(`${folder}/Cargo.toml`);
  return sourceProjects(sources, { manifests, isProject, names, read }).projects;
}
const files = { 'vendor/millwright.toml': vendored, 'vendor/mill.crates.json': list };

describe('placeholder projects for crates without sources', () => {
  const projects = projectsWith(files);

  it('have the names of the crates, and include the source itself', () => {
    expect(Object.values(projects).map(({ root, name }) => [root, name])).toEqual([
      ['vendor/mill', 'mill'],
      ['vendor/mill/server', 'mill-server'],
      ['vendor/mill/core', 'mill-core'],
      ['vendor/mill/tool', 'tool'],
    ]);
  });

  it('depend on each other like the crates', () => {
    expect(projects['vendor/mill/server']?.implicitDependencies).toEqual(['mill-core']);
  });

  it('have the targets and configurations of the crates, which fail and name the source', () => {
    const targets = projects['vendor/mill/server']?.targets ?? {};
    expect(Object.keys(targets)).toEqual([
      'build',
      'build-linux-amd64',
      'build-linux-amd64-musl',
      'check',
      'test',
      'lint',
      'doctor',
      'run',
    ]);
    expect(Object.keys(targets.build?.configurations ?? {})).toContain('minimal');
    for (const target of Object.values(targets)) {
      expect(target).toMatchObject({
        executor: '@millwright/cargo:missing-sources',
        cache: false,
        options: { source: 'vendor/mill' },
      });
    }
    expect(Object.keys(projects['vendor/mill/core']?.targets ?? {})).not.toContain('build');
  });

  it('are not created if a manifest exists', () => {
    expect(Object.keys(projectsWith(files, ['vendor/mill/server/Cargo.toml']))).toEqual(['vendor/mill']);
  });

  it('are created from millwright.toml if no list is recorded', () => {
    const { 'vendor/millwright.toml': text } = files;
    const names = Object.values(projectsWith({ 'vendor/millwright.toml': text })).map(({ name }) => name);
    expect(names).toEqual(['mill', 'mill-server', 'tool']);
  });
});

describe('what was inferred from the sources', () => {
  const inferred = [
    { from: 'server/.sqlx', what: '2 saved SQLx queries' },
    { from: 'openapi.yaml', what: 'OpenAPI document with 1 operation' },
  ];
  const withFacts = {
    ...files,
    'vendor/mill.crates.json': JSON.stringify({ ...(JSON.parse(list) as object), inferred }),
  };
  const metadataOf = (projects: ReturnType<typeof projectsWith>) =>
    Object.fromEntries(
      Object.values(projects).flatMap(({ root, metadata }) => (metadata ? [[root, metadata]] : [])),
    );
  const ofServer = {
    description: 'Inferred from the sources of mill: .sqlx: 2 saved SQLx queries',
    inferred: [{ from: 'vendor/mill/server/.sqlx', what: '2 saved SQLx queries' }],
  };

  it('is in the metadata of the source and of the crates that contain the files', () => {
    expect(metadataOf(projectsWith(withFacts))).toEqual({
      'vendor/mill': {
        description:
          'Inferred from the sources of mill: server/.sqlx: 2 saved SQLx queries. openapi.yaml: OpenAPI document with 1 operation',
        inferred: inferred.map(({ from, what }) => ({ from: `vendor/mill/${from}`, what })),
      },
      'vendor/mill/server': ofServer,
    });
  });

  it('is added to the projects of crates that are checked out', () => {
    const projects = projectsWith(withFacts, ['vendor/mill/server/Cargo.toml']);
    expect(projects['vendor/mill/server']).toEqual({
      root: 'vendor/mill/server',
      metadata: ofServer,
      targets: {},
    });
  });

  it('adds no project for a crate in the list that is no longer there', () => {
    const projects = projectsWith(withFacts, ['vendor/mill/core/Cargo.toml']);
    expect(Object.keys(projects)).toEqual(['vendor/mill']);
  });
});

it('a source that consists of one crate is one project', () => {
  const one = '[sources.mill.crates."."]\nname = "mill"\n';
  const projects = projectsWith({ 'vendor/millwright.toml': one });
  expect(Object.keys(projects)).toEqual(['vendor/mill']);
  expect(Object.keys(projects['vendor/mill']?.targets ?? {})).toEqual(
    expect.arrayContaining(['update', 'build']),
  );
});
