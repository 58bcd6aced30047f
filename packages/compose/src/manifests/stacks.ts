import { posix } from 'node:path';
import { warnOnce } from '@millwright/toolkit';
import type { Mount } from './mounts.js';
import { type ComposeFile, emptyFile, type Extension, type ServiceOrigin } from './compose-file.js';
import { defaultFiles, isDefaultName } from './discovery.js';

/** What one folder's Compose files make. */
export interface Stack {
  /** Relative to the Nx workspace. */
  readonly root: string;
  /** The stack that runs where none is chosen. */
  readonly main: StackVariant;
  /** Whether Compose itself takes the main stack's files in that folder. */
  readonly isDefault: boolean;
  /** Further ones, by the name of their configuration. */
  readonly variants: readonly StackVariant[];
  /** Every file of the repository that any of them reads, those of other folders included. */
  readonly reads: readonly string[];
  /** Files of variables that any of those names. */
  readonly variables: readonly string[];
}

export interface StackVariant {
  readonly name: string;
  /** Relative to the stack's folder, in the order in which they are merged. */
  readonly files: readonly string[];
  readonly extension: Extension;
  /** The files of the repository that it is made of, those of variables included; relative to the Nx workspace. */
  readonly reads: readonly string[];
  /** Sources of bind mounts, relative to the Nx workspace. */
  readonly binds: readonly string[];
}

export interface FolderFacts {
  /** The files that COMPOSE_FILE lists in the folder's `.env`, relative to the Nx workspace. */
  readonly listed?: readonly string[];
  /** Files that those of any folder include or extend. */
  readonly used?: ReadonlySet<string>;
}

type Find = (path: string) => ComposeFile | undefined;

/**
 * The stack of one folder. Its main files are those that Compose takes there by itself; each further file is a variant,
 * merged onto the main one unless it stands alone (`filesOfVariant`). Files that others include or extend are only
 * parts. Undefined where there is nothing that could run.
 */
export function stackOf(
  files: readonly ComposeFile[],
  find: Find,
  { listed = [], used = new Set() }: FolderFacts = {},
): Stack | undefined {
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  const usedHere = usedByOthers(files);
  const isUsed = (file: ComposeFile) => used.has(file.path) || usedHere.has(file.path);
  const taken = defaultFiles(sorted.map(nameOf)).flatMap(
    (name) => sorted.find((file) => nameOf(file) === name) ?? [],
  );
  const chosen = listed.flatMap((path) => find(path) ?? []);
  const byDefault = chosen.length > 0 ? chosen : taken;
  const isTaken = new Set(byDefault);
  const offered = sorted.filter(
    (file) => !isTaken.has(file) && !isDefaultName(nameOf(file)) && !isUsed(file),
  );
  const alone = byDefault[0] ?? firstAlone(offered, find);
  if (!alone || (byDefault.length > 0 && byDefault.every((file) => isPart(file, isUsed, find))))
    return undefined;
  const base = taken[0] ?? alone;
  const main = byDefault.length > 0 ? byDefault : filesOfVariant(alone, base, find);
  const inMain = new Set(main);
  const variants = offered
    .filter((file) => !inMain.has(file))
    .map((file) => variantOf(filesOfVariant(file, base, find), find));
  const reads = [...new Set(files.flatMap((file) => [...closureOf(file, find)]))].sort();
  return {
    root: posix.dirname(sorted[0]?.path ?? ''),
    main: variantOf(main, find),
    isDefault: byDefault.length > 0,
    variants,
    reads,
    variables: variablesOf(reads, find),
  };
}

/**
 * What stands for the main file where there is none: the file that is named after its folder, such as
 * `redis/docker-compose-redis.yml`, else the first one that could run.
 */
function firstAlone(files: readonly ComposeFile[], find: Find): ComposeFile | undefined {
  const complete = files.filter((file) => isComplete(file, find));
  const namesakeOf = ({ path }: ComposeFile) => posix.basename(posix.dirname(path));
  return (
    complete.find((file) => configurationName(nameOf(file)) === namesakeOf(file)) ??
    complete[0] ??
    files.find(isBroken)
  );
}

function nameOf(file: ComposeFile): string {
  return posix.basename(file.path);
}

/** Whether a file could run without another one: each service has an image, or there is nothing but what it includes. */
function isComplete(file: ComposeFile, find: Find): boolean {
  return (
    (file.includes || file.services.length > 0) && file.services.every((service) => hasImage(service, find))
  );
}

/** A file that is being edited: it stays what it is, and Compose says what is wrong with it. */
function isBroken({ problem }: ComposeFile): boolean {
  return problem !== undefined;
}

/** Whether a file is there for others alone. */
function isPart(file: ComposeFile, isUsed: (file: ComposeFile) => boolean, find: Find): boolean {
  return isUsed(file) && !isBroken(file) && !isComplete(file, find);
}

/**
 * The files that make a variant: the file alone where it says so (`x-millwright.base: false`), where it includes or
 * extends the base itself, or where each of its services takes its image from one that it extends; else the file on top
 * of its base, as `docker compose -f compose.yaml -f compose.ci.yaml` has it.
 */
function filesOfVariant(file: ComposeFile, base: ComposeFile, find: Find): readonly ComposeFile[] {
  const stated = file.extension.base;
  if (stated === false || (file === base && stated === undefined)) return [file];
  if (stated !== undefined) {
    const path = posix.join(posix.dirname(file.path), stated);
    return [find(path) ?? missingFile(path), file];
  }
  const extending = file.services.length > 0 && file.services.every((service) => takesImage(service, find));
  const standsAlone = closureOf(file, find).has(base.path) || extending;
  // Without a main file nothing says that one belongs to another.
  const isOther = !isDefaultName(nameOf(base)) && isComplete(file, find);
  return standsAlone || isOther ? [file] : [base, file];
}

/** A file that another one names and that is not there: Compose says so when the stack is run. */
function missingFile(path: string): ComposeFile {
  return { ...emptyFile, path };
}

/** Whether a service has no image of its own, but extends one that has. */
function takesImage(service: ServiceOrigin, find: Find): boolean {
  const { base, hasImage: own } = service;
  if (own || base?.path === undefined || find(base.path) === undefined) return false;
  return hasImage(service, find);
}

/** Whether a service could run without another file: it, or what it extends, has an image. */
function hasImage(service: ServiceOrigin, find: Find): boolean {
  const known = answersOf(find);
  const chain: ServiceOrigin[] = [];
  let answer = false;
  for (let current: ServiceOrigin | undefined = service; current !== undefined;) {
    const before = known.get(current);
    if (before !== undefined) {
      answer = before;
      break;
    }
    // Until the end of the chain is known, the answer for a circle.
    known.set(current, false);
    chain.push(current);
    const next: ServiceOrigin | 'found' | 'elsewhere' | undefined = current.hasImage
      ? 'found'
      : extendedBy(current, find);
    // What is not to be found here, Compose may find.
    if (next === 'found' || next === 'elsewhere') {
      answer = true;
      break;
    }
    current = next;
  }
  for (const one of chain) known.set(one, answer);
  return answer;
}

/** The service that another extends; undefined where it extends none. */
function extendedBy({ base }: ServiceOrigin, find: Find): ServiceOrigin | 'elsewhere' | undefined {
  if (base === undefined) return undefined;
  const file = base.path === undefined ? undefined : find(base.path);
  return (file && servicesOf(file).get(base.service)) ?? 'elsewhere';
}

/** What `hasImage` found, of which each answers for all services before it in a chain. */
const answers = new WeakMap<Find, Map<ServiceOrigin, boolean>>();

function answersOf(find: Find): Map<ServiceOrigin, boolean> {
  const known = answers.get(find) ?? new Map<ServiceOrigin, boolean>();
  answers.set(find, known);
  return known;
}

const servicesByName = new WeakMap<ComposeFile, ReadonlyMap<string, ServiceOrigin>>();

function servicesOf(file: ComposeFile): ReadonlyMap<string, ServiceOrigin> {
  const known = servicesByName.get(file) ?? new Map(file.services.map((one) => [one.name, one]));
  servicesByName.set(file, known);
  return known;
}

function variablesOf(paths: readonly string[], find: Find): readonly string[] {
  return [...new Set(paths.flatMap((path) => find(path)?.variables ?? []))].sort();
}

/** What merging some files makes. Those that `find` does not have count for nothing. */
export function variantOf(files: readonly ComposeFile[], find: Find): StackVariant {
  const last = files.at(-1);
  const root = posix.dirname(last?.path ?? '');
  // What comes first counts most: the last file, and each before those that it uses.
  const reached = new Set(files.toReversed().flatMap((file) => [...closureOf(file, find)]));
  const all = [...reached].flatMap((path) => find(path) ?? []);
  const merged = files.reduce<Extension>((extension, file) => ({ ...extension, ...file.extension }), {});
  return {
    name: configurationName(posix.basename(last?.path ?? '')),
    files: files.map((file) => posix.relative(root, file.path)),
    extension: { ...merged, mounts: mergeMounts(all.flatMap((file) => file.extension.mounts ?? [])) },
    reads: [...reached, ...variablesOf([...reached], find)],
    binds: [...new Set(all.flatMap((file) => file.binds))],
  };
}

/** As Compose merges volumes: of two mounts at one place of a service the first counts. */
function mergeMounts(mounts: readonly Mount[]): Mount[] {
  const taken = new Set<string>();
  return mounts.flatMap((mount) => {
    const services = mount.services.filter((service) => !taken.has(`${service} ${mount.path}`));
    for (const service of services) taken.add(`${service} ${mount.path}`);
    return services.length === 0 ? [] : [{ ...mount, services }];
  });
}

/** `docker-compose.windmill-real.yml` gives `windmill-real`. */
export function configurationName(file: string): string {
  const name = file
    .replace(/^(docker-)?compose/, '')
    .replace(/\.ya?ml$/, '')
    .replace(/^[.-]+/, '');
  return name === '' ? 'main' : name.replaceAll('.', '-');
}

/** The most files that a stack takes in by way of others. */
const mostUsed = 1_000;

/** A file and all that it uses, directly or not. */
export function closureOf(file: ComposeFile, find: Find): Set<string> {
  const reached = new Set([file.path]);
  for (const path of reached) {
    for (const used of find(path)?.uses ?? []) {
      if (reached.size > mostUsed) {
        warnOnce(`${file.path} takes in more than ${mostUsed} files; changes of the others are not noticed`);
        return reached;
      }
      reached.add(used);
    }
  }
  return reached;
}

/** What files include or extend, but not what each takes from itself. */
export function usedByOthers(files: Iterable<ComposeFile>): Set<string> {
  return new Set([...files].flatMap(({ path, uses }) => uses.filter((used) => used !== path)));
}
