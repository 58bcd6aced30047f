/**
 * Measures how long Nx takes to compute the project graph: `nx show projects`, with which every command
 * starts.
 */
import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { type Absent, millwright, millwrightName, monodonFiles, monodonName, nxFiles } from './contenders.ts';
import { installPeer } from './peers.ts';
import { benchEnvironment, lastLines, prepare, repository, timed } from './run.ts';
import { Scratch } from './scratch.ts';
import { type BenchCrate, benchWorkspace } from './workspace.ts';

export const graphSteps = ['cold', 'warm', 'one manifest edited'] as const;

export const handWritten = 'project.json by hand';
export const handWrittenAndEmpty = `${handWritten}, and a plugin that does nothing`;

export interface GraphSeries {
  readonly name: string;
  readonly crates: number;
  readonly daemon: boolean;
  /** The seconds of each round, by step. */
  readonly seconds: Readonly<Record<string, readonly number[]>>;
}

interface Contender {
  readonly name: string;
  readonly scratch: Scratch;
  readonly nx: string;
  /** Renames a crate's project in the file that a user would edit. */
  readonly rename: (scratch: Scratch, crate: BenchCrate, name: string) => void;
}

/** Measures one workspace size, with and without Nx's daemon. */
export function measureGraphs(
  crates: number,
  rounds: number,
  progress: (text: string) => void,
): (GraphSeries | Absent)[] {
  const workspace = benchWorkspace(crates);
  const contenders: Contender[] = [];
  try {
    const ours = millwrightContender(workspace.files);
    contenders.push(ours);
    const byHand = handFiles(ours);
    const files = { ...workspace.files, ...byHand };
    contenders.unshift(
      handContender(handWritten, { ...files, ...nxFiles([]) }, ours.nx),
      // The full path spares Nx a search.
      handContender(
        handWrittenAndEmpty,
        { ...files, ...nxFiles([join(import.meta.dirname, 'empty-plugin.mjs')]) },
        ours.nx,
      ),
    );
    const peer = monodonContender(workspace.crates, workspace.files);
    if (!('why' in peer)) contenders.push(peer);
    const edited = workspace.crates.find(({ isBinary }) => isBinary);
    if (!edited) throw new Error('the workspace has no binary');
    const series = contenders.flatMap((contender) =>
      [false, true].map((daemon) => ({ contender, daemon, seconds: {} })),
    );
    // Round 0 warms the system's caches and does not count.
    for (let round = 0; round <= rounds; round++) {
      for (const { contender, daemon, seconds } of series) {
        const who = `${contender.name}${daemon ? ', daemon' : ''}`;
        progress(`graphs of ${crates}, round ${round} of ${rounds}: ${who}`);
        measureRound(contender, edited, daemon, round, round === 0 ? {} : seconds);
      }
    }
    const measured = series.map(({ contender, daemon, seconds }) => ({
      name: contender.name,
      crates,
      daemon,
      seconds,
    }));
    return 'why' in peer ? [...measured, peer] : measured;
  } finally {
    for (const { scratch } of contenders) scratch.remove();
  }
}

function measureRound(
  { scratch, nx, rename }: Contender,
  edited: BenchCrate,
  daemon: boolean,
  round: number,
  seconds: Record<string, number[]>,
): void {
  const env = benchEnvironment(daemon);
  const stop = () => {
    if (daemon) timed([nx, 'daemon', '--stop'], scratch.folder, env);
  };
  const step = (name: (typeof graphSteps)[number], expected: string) => {
    (seconds[name] ??= []).push(secondsUntil(expected, nx, scratch.folder, env));
  };
  const renamed = `${edited.name}-${round}-${daemon ? 'daemon' : 'direct'}`;
  rename(scratch, edited, edited.name);
  stop();
  scratch.delete(['.nx']);
  try {
    step('cold', edited.name);
    step('warm', edited.name);
    rename(scratch, edited, renamed);
    step('one manifest edited', renamed);
  } finally {
    stop();
  }
}

/** Measures the time until the answer contains an edit. The daemon can answer before it has detected it. */
function secondsUntil(project: string, nx: string, folder: string, env: NodeJS.ProcessEnv): number {
  let total = 0;
  for (let tries = 0; tries < 20; tries++) {
    const { seconds, failed, output } = timed([nx, 'show', 'projects'], folder, env);
    if (failed) throw new Error(`nx show projects failed: ${lastLines(output)}`);
    total += seconds;
    if (output.split('\n').includes(project)) return total;
  }
  throw new Error(`nx show projects never shows ${project}`);
}

function millwrightContender(files: Readonly<Record<string, string>>): Contender {
  const { files: own, nx = 'nx', modules } = millwright();
  return {
    name: millwrightName,
    scratch: new Scratch({ ...files, ...own }, modules),
    nx,
    rename: renameInManifest,
  };
}

interface GraphFile {
  readonly graph: {
    readonly nodes: Readonly<Record<string, { readonly data: Readonly<Record<string, unknown>> }>>;
    readonly dependencies: Readonly<Record<string, readonly { readonly target: string }[]>>;
  };
}

/** Returns the projects, targets and edges that the plugin infers, each in a project.json. */
function handFiles({ scratch, nx }: Contender): Record<string, string> {
  const path = scratch.path('.nx/graph.json');
  prepare([nx, 'graph', `--file=${path}`], scratch.folder, benchEnvironment(false));
  const { graph } = JSON.parse(readFileSync(path, 'utf8')) as GraphFile;
  const projects = Object.entries(graph.nodes).map(([name, { data }]) => {
    const { projectType, sourceRoot, targets } = data;
    const implicitDependencies = (graph.dependencies[name] ?? []).map(({ target }) => target);
    const project = { name, projectType, sourceRoot, targets, implicitDependencies };
    return [posix.join(String(data.root), 'project.json'), JSON.stringify(project, null, 2)] as const;
  });
  return Object.fromEntries(projects);
}

function handContender(name: string, files: Readonly<Record<string, string>>, nx: string): Contender {
  const modules = join(repository, 'node_modules');
  return { name, scratch: new Scratch(files, modules), nx, rename: renameInProject };
}

function monodonContender(
  crates: readonly BenchCrate[],
  files: Readonly<Record<string, string>>,
): Contender | Absent {
  const installed = installPeer('monodon');
  if ('missing' in installed) return { name: monodonName, why: installed.missing };
  const own = monodonFiles(crates, ({ name }) => `dist/target/${name}`);
  return {
    name: monodonName,
    scratch: new Scratch({ ...files, ...own }, installed.modules),
    nx: join(installed.modules, '.bin', 'nx'),
    rename: (scratch, crate, name) => {
      renameInManifest(scratch, crate, name);
      renameInProject(scratch, crate, name);
    },
  };
}

function renameInManifest(scratch: Scratch, crate: BenchCrate, name: string): void {
  const path = `${crate.folder}/Cargo.toml`;
  const text = readFileSync(scratch.path(path), 'utf8');
  scratch.write(path, text.replace(/^name = ".*"$/m, `name = "${name}"`));
}

function renameInProject(scratch: Scratch, crate: BenchCrate, name: string): void {
  const path = `${crate.folder}/project.json`;
  const project = JSON.parse(readFileSync(scratch.path(path), 'utf8')) as object;
  scratch.write(path, JSON.stringify({ ...project, name }, null, 2));
}
