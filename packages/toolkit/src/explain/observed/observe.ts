import { join, posix } from 'node:path';
import { minimatch } from 'minimatch';
import { isMapping, type Mapping } from '../../text/documents.js';
import { readText } from '../../files/read-text.js';
import { statOf } from '../../files/stat.js';
import type { DigestCache } from '../../state/digest-cache.js';
import { filesBelow } from '../../undeclared-inputs/present-state.js';
import { FileIndex, fixedPart } from './file-index.js';
import type { HashedInputs } from './inputs.js';
import { type Instruction, parseInstruction } from './instructions.js';
import { digestOf, maskSecrets } from './mask.js';

/** A task and its hash inputs, as Nx reports them. */
export interface HashedTask {
  readonly id: string;
  readonly target: {
    readonly project: string;
    readonly target: string;
    readonly configuration?: string | undefined;
  };
  readonly overrides: unknown;
  readonly hash?: string | undefined;
  readonly hashDetails?: { readonly nodes: Readonly<Record<string, string>> } | undefined;
}

/** The state of the workspace when Nx computed hashes. */
export interface ObservedWorkspace {
  /** Its folder, absolute. */
  readonly root: string;
  /** The definitions of projects by name. */
  readonly projects: ReadonlyMap<string, Mapping>;
  readonly nxJson: Mapping;
  /** The files in Nx's file map, with their hashes. */
  readonly files: FileIndex;
  readonly cache: DigestCache;
  /** The inputs that the plugin's variables represent: see {@link HashedInputs}. */
  readonly parts: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** Returns the hash inputs of a task, in terms that users know. */
export async function observeInputs(task: HashedTask, workspace: ObservedWorkspace): Promise<HashedInputs> {
  const nodes = task.hashDetails?.nodes ?? {};
  const instructions = Object.keys(nodes).map((key) => parseInstruction(key, workspace.projects));
  const variables = instructions.flatMap((one) => (one.kind === 'variable' ? [one.name] : []));
  return {
    nodes: { ...nodes },
    files: bounded(await filesOf(instructions, workspace, () => filesetsFromDisk(task, workspace))),
    parts: Object.fromEntries(
      variables.flatMap((name) =>
        workspace.parts[name] === undefined ? [] : [[name, { ...workspace.parts[name] }]],
      ),
    ),
    definition: definitionOf(task, workspace),
    outputs: bounded(await outputsOf(instructions, workspace)),
    overrides: overridesOf(task.overrides),
  };
}

/** The maximum number of files that are recorded. For more files, only the patterns are recorded. */
const maxFiles = 20_000;

function bounded(entries: ReadonlyMap<string, string>): Record<string, string> {
  return Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : 1)).slice(0, maxFiles));
}

async function filesOf(
  instructions: readonly Instruction[],
  { files, root, cache }: ObservedWorkspace,
  declared: () => readonly string[],
): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const one of instructions) {
    if (one.kind !== 'files') continue;
    const patterns = one.isTruncated === true ? [...one.patterns, ...declared()] : one.patterns;
    for (const [path, digest] of files.matching(patterns)) found.set(path, digest);
    if (!one.includesIgnored) continue;
    // Nx reads these from disk, so they can include files that are not in its file map.
    const unlisted = new Map<string, string>();
    for (const path of patterns.flatMap((pattern) => onDisk(root, pattern)))
      if (!found.has(path)) unlisted.set(path, (await cache.digest(join(root, path))) ?? '');
    for (const [path, digest] of new FileIndex(unlisted).matching(patterns)) found.set(path, digest);
  }
  return found;
}

/** Returns the filesets with `includeIgnored` of the task's target, as patterns relative to the workspace. */
function filesetsFromDisk(
  { target: { project, target } }: HashedTask,
  { projects }: ObservedWorkspace,
): string[] {
  const { root, targets } = projects.get(project) ?? {};
  const definition = isMapping(targets) ? targets[target] : undefined;
  const inputs = isMapping(definition) && Array.isArray(definition.inputs) ? definition.inputs : [];
  return inputs.flatMap((input: unknown) => {
    if (!isMapping(input) || input.includeIgnored !== true || typeof input.fileset !== 'string') return [];
    const pattern = input.fileset.replace(/^\{workspaceRoot\}\//, '');
    return [posix.normalize(pattern.replace(/^\{projectRoot\}/, String(root)))];
  });
}

/** Returns the files that a pattern may match, relative to the workspace. */
function onDisk(root: string, pattern: string): string[] {
  const fixed = fixedPart(pattern);
  if (pattern.startsWith('!') || fixed === '') return [];
  if (statOf(join(root, fixed))?.isFile() === true) return [fixed];
  const folder = fixed.slice(0, fixed.lastIndexOf('/'));
  return fixed.includes('/') ? filesBelow(join(root, folder)).map((path) => `${folder}/${path}`) : [];
}

/** Returns the values of the task's target, and digests of the other targets, which Nx hashes too. */
function definitionOf(
  { target: { project, target } }: HashedTask,
  workspace: ObservedWorkspace,
): Record<string, string> {
  const { targets, ...rest } = workspace.projects.get(project) ?? {};
  const found = new Map<string, string>();
  if (isMapping(targets)) {
    addLeaves(found, '', maskSecrets(targets[target]));
    for (const [name, other] of Object.entries(targets))
      if (name !== target) found.set(`target ${name}`, digestOf(JSON.stringify(other)));
  }
  addLeaves(found, '', maskSecrets(rest));
  for (const [name, value] of Object.entries(workspace.nxJson))
    found.set(`nx.json ${name}`, digestOf(JSON.stringify(value)));
  return bounded(found);
}

async function outputsOf(
  instructions: readonly Instruction[],
  { root, cache }: ObservedWorkspace,
): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const one of instructions) {
    if (one.kind !== 'outputs') continue;
    for (const output of one.outputs) {
      const isFile = statOf(join(root, output))?.isFile() === true;
      const paths = isFile ? [output] : filesBelow(join(root, output)).map((path) => `${output}/${path}`);
      for (const path of paths.filter((path) => minimatch(path, one.glob, { dot: true }))) {
        const said = path.endsWith('.json') ? parsed(readText(join(root, path))) : undefined;
        if (said === undefined) found.set(path, (await cache.digest(join(root, path))) ?? '');
        else addLeaves(found, '', maskSecrets(said));
      }
    }
  }
  return found;
}

function parsed(text: string | undefined): Mapping | undefined {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return isMapping(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function overridesOf(overrides: unknown): Record<string, string> {
  const found = new Map<string, string>();
  const masked = maskSecrets(overrides);
  if (!isMapping(masked)) return {};
  for (const [name, value] of Object.entries(masked))
    if (name !== '__overrides_unparsed__') found.set(`--${name}`, shortened(JSON.stringify(value)));
  return bounded(found);
}

/** Adds the values of a document by path. Items of a list have their own paths, so that an added item is one change. */
function addLeaves(into: Map<string, string>, place: string, value: unknown): void {
  if (isMapping(value)) {
    for (const [key, inner] of Object.entries(value))
      addLeaves(into, place === '' ? key : `${place}.${key}`, inner);
  } else if (Array.isArray(value)) {
    for (const inner of value) into.set(`${place}: ${shortened(asText(inner))}`, '');
  } else if (value !== undefined) into.set(place, shortened(asText(value)));
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The maximum length of a recorded text. Longer ones are truncated and end in a digest. */
const maxTextLength = 200;

function shortened(text: string): string {
  return text.length <= maxTextLength ? text : `${text.slice(0, maxTextLength)}… (${digestOf(text)})`;
}
