/** Compares what our plugins infer for a package with the facts of the toolchain. */
import { basename } from 'node:path';
import { relevantVariables } from '../../packages/cargo/dist/toolchain/build-variables.js';
import type { InferredProject, TargetInputs } from './graph.ts';
import type { Truth } from './truth.ts';

/** Descriptions of the differences, by kind. */
export interface Faults {
  /** Projects and targets. */
  readonly projects: readonly string[];
  readonly edges: readonly string[];
  readonly undeclared: readonly string[];
  /** Inputs in the folder of a package that this one does not depend on. */
  readonly foreign: readonly string[];
}

/** Returns the targets that compile the package. A module's `check` is an alias of its `vet`. */
const compiling = (targets: object) => ['build-linux-amd64', 'vet' in targets ? 'vet' : 'check'];

/**
 * @param place the package's folder
 * @param places the folders of all packages
 */
export function compare(
  place: string,
  truth: Truth,
  projects: readonly InferredProject[],
  places: readonly string[],
): Faults {
  const here = projects.filter(({ root }) => root === place || root.startsWith(`${place}/`));
  const project = here.find(({ root }) => root === place);
  if (project === undefined) return { projects: ['no project'], edges: [], undeclared: [], foreign: [] };
  const edges = [...new Set(project.dependencies.filter((folder) => places.includes(folder)))];
  const targets = Object.entries(project.targets).filter(([target]) =>
    compiling(project.targets).includes(target),
  );
  const builds = 'build' in project.targets;
  return {
    projects: [
      ...here.filter(({ root }) => !places.includes(root)).map(({ root }) => `a project in ${root}`),
      ...(truth.programs.length > 0 && !builds ? [`no build, but it has ${truth.programs.join(', ')}`] : []),
      ...(truth.programs.length === 0 && builds ? ['a build of nothing'] : []),
    ],
    edges: [
      ...truth.edges.filter((edge) => !edges.includes(edge)).map((edge) => `none to ${edge}`),
      ...edges.filter((edge) => !truth.edges.includes(edge)).map((edge) => `one too many, to ${edge}`),
    ],
    undeclared: targets.flatMap(([target, inputs]) =>
      undeclared(target, truth, inputs).map((what) => `${target}: ${what}`),
    ),
    foreign: targets.flatMap(([target, { files }]) => {
      const own = [place, ...truth.closure];
      const manifestsOf = truth.resolvedWith;
      const folders = new Set(
        files.flatMap((file) => {
          const owner = ownerOf(file, places);
          return owner === undefined || (manifestsOf.includes(owner) && isManifest(file)) ? [] : [owner];
        }),
      );
      const foreign = [...folders].filter((one) => !own.includes(one));
      return foreign.map((one) => `${target}: files of ${one}`);
    }),
  };
}

/** Returns true for files that define a package's dependencies and their versions. */
function isManifest(path: string): boolean {
  return ['Cargo.toml', 'Cargo.lock', 'go.mod', 'go.sum'].includes(basename(path));
}

/** Returns the innermost package folder that contains a file. */
function ownerOf(file: string, places: readonly string[]): string | undefined {
  const above = places.filter((place) => file.startsWith(`${place}/`));
  return above.sort((a, b) => b.length - a.length)[0];
}

/**
 * Returns undeclared reads. For a folder that was read, at least one file must be an input. Cargo's own
 * files are in the slices.
 */
function undeclared(target: string, truth: Truth, { files, variables }: TargetInputs): string[] {
  const read = target.startsWith('build-') ? truth.programFiles : truth.files;
  const declared = new Set(files);
  const isDeclared = (path: string) =>
    declared.has(path) ||
    files.some((file) => file.startsWith(`${path}/`)) ||
    /(^|\/)Cargo\.(toml|lock)$/.test(path);
  return [
    ...read.filter((path) => !isDeclared(path)),
    ...truth.variables
      .filter((name) => !variables.includes(name) && !isInDigest(name))
      .map((name) => `$${name}`),
  ];
}

/**
 * Returns true if a variable is part of the digest of everything outside the repository, with which every
 * task is hashed.
 */
function isInDigest(name: string): boolean {
  return relevantVariables({ [name]: 'set' }).length > 0;
}

export function faultCount({ projects, edges, undeclared: reads, foreign }: Faults): number {
  return projects.length + edges.length + reads.length + foreign.length;
}
