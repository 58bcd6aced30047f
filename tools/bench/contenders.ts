/** A tool that builds the workspace, and its setup. */
import { join, posix } from 'node:path';
import { hostPlatform } from '@millwright/toolkit';
import { installPeer, versions } from './peers.ts';
import { repository } from './run.ts';
import type { BenchCrate, BenchWorkspace } from './workspace.ts';

export interface Contender {
  readonly name: string;
  /** Additional files for the Cargo workspace, by path. */
  readonly files: Readonly<Record<string, string>>;
  /** Its node_modules folder. */
  readonly modules?: string;
  readonly command: readonly string[];
  /** True for Nx with its daemon. */
  readonly daemon: boolean;
  /** The command of Nx, if it is one, to stop the daemon. */
  readonly nx?: string;
  readonly binaryOf: (crate: BenchCrate) => string;
  /** The folders of the build results. */
  readonly results: readonly string[];
  /** The folders of all caches and state. */
  readonly memory: readonly string[];
}

export interface Absent {
  readonly name: string;
  readonly why: string;
}

export const cargoName = 'cargo build --workspace --release';
export const floorName = 'Nx 24, one nx:run-commands task';
export const millwrightName = '@millwright/cargo';

/**
 * Returns the files that make a folder an Nx workspace. By default, Nx 24 keeps its cache in the home
 * folder, under the identity of the repository's first commit, so that it would survive the deletion of
 * `.nx`.
 */
export function nxFiles(plugins: readonly unknown[]): Record<string, string> {
  return {
    'package.json': '{"name":"bench","private":true}',
    'nx.json': JSON.stringify({ analytics: false, cacheDirectory: '.nx/cache', plugins }),
  };
}

const ownModules = join(repository, 'node_modules');
const inTarget = ({ name }: BenchCrate) => `target/release/${name}`;

export function buildContenders(workspace: BenchWorkspace): (Contender | Absent)[] {
  const binaries = workspace.crates.filter(({ isBinary }) => isBinary);
  return [
    {
      name: cargoName,
      files: {},
      command: ['cargo', 'build', '--workspace', '--release'],
      daemon: false,
      binaryOf: inTarget,
      results: ['target'],
      memory: [],
    },
    ...inEachMode(nxFloor(binaries)),
    ...inEachMode(millwright()),
    turbo(),
    moon(binaries),
    ...monodon(workspace),
  ];
}

const ownProcess = 'NX_ISOLATE_PLUGINS=false';

/**
 * The modes of Nx, appended to a contender's name: with its daemon, and with plugins in its own process.
 */
export const nxModes = ['', ', daemon', `, ${ownProcess}`, `, ${ownProcess}, daemon`];

function inEachMode(contender: Contender, modes = nxModes): Contender[] {
  return modes.map((mode) => ({
    ...contender,
    name: contender.name + mode,
    daemon: mode.endsWith('daemon'),
    // Nx reads it before anything else.
    files: mode.includes(ownProcess) ? { ...contender.files, '.env': `${ownProcess}\n` } : contender.files,
  }));
}

function nxFloor(binaries: readonly BenchCrate[]): Contender {
  const nx = join(ownModules, '.bin', 'nx');
  const build = {
    executor: 'nx:run-commands',
    cache: true,
    inputs: ['crates/**/*', 'Cargo.toml', 'Cargo.lock'].map((path) => `{workspaceRoot}/${path}`),
    outputs: binaries.map((crate) => `{workspaceRoot}/${inTarget(crate)}`),
    options: { command: 'cargo build --workspace --release' },
  };
  return {
    name: floorName,
    files: {
      ...nxFiles([]),
      'project.json': JSON.stringify({ name: 'all', targets: { build } }),
    },
    modules: ownModules,
    command: [nx, 'run', 'all:build'],
    daemon: false,
    nx,
    binaryOf: inTarget,
    results: ['target'],
    memory: ['.nx'],
  };
}

export function millwright(): Contender {
  const nx = join(ownModules, '.bin', 'nx');
  const { platform } = hostPlatform();
  return {
    name: millwrightName,
    files: nxFiles([{ plugin: '@millwright/cargo', options: { platforms: [platform] } }]),
    modules: ownModules,
    command: [nx, 'run-many', '-t', 'build'],
    daemon: false,
    nx,
    binaryOf: ({ name }) => posix.join('artifacts', platform, name),
    results: ['target', 'artifacts'],
    memory: ['.nx'],
  };
}

function turbo(): Contender | Absent {
  const name = `Turborepo ${versions.turbo}, experimental Cargo workspaces`;
  const installed = installPeer('turbo');
  if ('missing' in installed) return { name, why: installed.missing };
  const configuration = { futureFlags: { experimentalCargoWorkspaces: true }, tasks: {} };
  return {
    name,
    files: { 'turbo.json': JSON.stringify(configuration) },
    command: [join(installed.modules, '.bin', 'turbo'), 'run', 'build', '--', '--release'],
    daemon: false,
    binaryOf: inTarget,
    results: ['target'],
    memory: ['.turbo'],
  };
}

function moon(binaries: readonly BenchCrate[]): Contender | Absent {
  const name = `moon ${versions.moon}, tasks written by hand`;
  const installed = installPeer('moon');
  if ('missing' in installed) return { name, why: installed.missing };
  const task = (crate: BenchCrate) => ({
    command: `cargo build --release --package ${crate.name}`,
    inputs: ['/crates/**/*', '/Cargo.toml', '/Cargo.lock'],
    outputs: [`/${inTarget(crate)}`],
    options: { runFromWorkspaceRoot: true },
  });
  // JSON is valid YAML.
  const settings = {
    projects: ['crates/*'],
    vcs: { client: 'git', defaultBranch: 'main' },
    telemetry: false,
  };
  return {
    name,
    files: {
      '.moon/workspace.yml': JSON.stringify(settings),
      ...Object.fromEntries(
        binaries.map((crate) => [
          `${crate.folder}/moon.yml`,
          JSON.stringify({ tasks: { build: task(crate) } }),
        ]),
      ),
    },
    command: [join(installed.modules, '.bin', 'moon'), 'run', ':build'],
    daemon: false,
    binaryOf: inTarget,
    results: ['target'],
    memory: ['.moon/cache'],
  };
}

export const monodonName = `@monodon/rust ${versions.monodon} on Nx ${versions.monodonNx}`;

function monodon({ crates }: BenchWorkspace): (Contender | Absent)[] {
  const installed = installPeer('monodon');
  if ('missing' in installed) return [{ name: monodonName, why: installed.missing }];
  const nx = join(installed.modules, '.bin', 'nx');
  const variant = (
    name: string,
    targetFolder: (crate: BenchCrate) => string,
    results: string[],
  ): Contender => ({
    name: `${monodonName}, ${name}`,
    files: monodonFiles(crates, targetFolder),
    modules: installed.modules,
    command: [nx, 'run-many', '-t', 'build', '-p', 'app-*', '-c', 'production'],
    daemon: false,
    nx,
    binaryOf: (crate) => `${targetFolder(crate)}/release/${crate.name}`,
    results,
    memory: ['.nx'],
  });
  return [
    ...inEachMode(
      variant('one target folder', () => 'target', ['target']),
      nxModes.slice(0, 2),
    ),
    variant('as generated', ({ name }) => `dist/target/${name}`, ['target', 'dist']),
  ];
}

/** Returns the files that its generators write for libraries and binaries. */
export function monodonFiles(
  crates: readonly BenchCrate[],
  targetFolder: (crate: BenchCrate) => string,
): Record<string, string> {
  const project = (crate: BenchCrate) => {
    const target = (executor: string, more: object) => ({
      executor: `@monodon/rust:${executor}`,
      outputs: ['{options.target-dir}'],
      options: { 'target-dir': targetFolder(crate) },
      ...more,
    });
    const released = { configurations: { production: { release: true } } };
    return {
      name: crate.name,
      projectType: crate.isBinary ? 'application' : 'library',
      sourceRoot: `${crate.folder}/src`,
      targets: {
        build: crate.isBinary ? target('build', { cache: true, ...released }) : target('check', {}),
        test: target('test', { cache: true, ...released }),
        lint: target('lint', { cache: true }),
        ...(crate.isBinary ? { run: target('run', released) } : {}),
      },
    };
  };
  return {
    ...nxFiles(['@monodon/rust']),
    ...Object.fromEntries(
      crates.map((crate) => [`${crate.folder}/project.json`, JSON.stringify(project(crate))]),
    ),
  };
}
