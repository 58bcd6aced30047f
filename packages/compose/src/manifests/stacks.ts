import { posix } from 'node:path';
import { warnOnce } from '@millwright/toolkit';
import { composeError } from '../errors.js';
import type { Mount } from './mounts.js';
import { canRun, type Find, isBroken, isComplete, takesImage } from './completeness.js';
import { type ComposeFile, emptyFile, type Extension } from './compose-file.js';
import { defaultFiles, isDefaultName } from './discovery.js';

/** The stack that the Compose files of one folder define. */
export interface Stack {
  /** Relative to the Nx workspace. */
  readonly root: string;
  /** The stack that runs without a configuration. */
  readonly main: StackVariant;
  /** True if the main stack consists of Compose's default files. */
  readonly isDefault: boolean;
  /** Further variants, one per configuration. */
  readonly variants: readonly StackVariant[];
  /** All files of the repository that any variant reads, including those in other folders. */
  readonly reads: readonly string[];
  /** Environment files that any variant names. */
  readonly variables: readonly string[];
}

export interface StackVariant {
  readonly name: string;
  /** Relative to the stack's folder, in merge order. */
  readonly files: readonly string[];
  readonly extension: Extension;
  /** The files of the repository that define it, including environment files. Relative to the Nx workspace. */
  readonly reads: readonly string[];
  /** Sources of bind mounts, relative to the Nx workspace. */
  readonly binds: readonly string[];
}

export interface FolderFacts {
  /** The files that COMPOSE_FILE lists in the folder's `.env`, relative to the Nx workspace. */
  readonly listed?: readonly string[];
  /** Files that Compose files of any folder include or extend. */
  readonly used?: ReadonlySet<string>;
}

/**
 * Returns the stack of one folder. Its main files are Compose's defaults. Each other file is a variant,
 * merged onto the main file unless it stands alone (see `filesOfVariant`). Files that others include or
 * extend are only parts. Returns undefined if nothing in the folder can run.
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
    .map((file) => ({ file, merged: filesOfVariant(file, base, find) }))
    // A file with an explicit base is intended to run, so Compose should report its errors.
    .filter(({ file, merged }) => file.extension.base !== undefined || canRun(merged, find))
    .map(({ merged }) => variantOf(merged, find));
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
 * Chooses the main file if there is no default one: the file that is named after its folder, such as
 * `redis/docker-compose-redis.yml`, otherwise the first one that can run alone.
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

/** Returns true if a file only exists for others to use. */
function isPart(file: ComposeFile, isUsed: (file: ComposeFile) => boolean, find: Find): boolean {
  return isUsed(file) && !isBroken(file) && !isComplete(file, find);
}

/**
 * Returns the files of a variant. A file stands alone if it says so (`x-millwright.base: false`), if it
 * includes or extends the base itself, or if all its services get their image from a service that they
 * extend. Otherwise it is merged onto its base, as in `docker compose -f compose.yaml -f compose.ci.yaml`.
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
  // Without a default file, nothing indicates that one file belongs to another.
  const isOther = !isDefaultName(nameOf(base)) && isComplete(file, find);
  return standsAlone || isOther ? [file] : [base, file];
}

/** A file that does not exist although another one names it. Compose reports it when the stack is run. */
function missingFile(path: string): ComposeFile {
  return { ...emptyFile, path };
}

function variablesOf(paths: readonly string[], find: Find): readonly string[] {
  return [...new Set(paths.flatMap((path) => find(path)?.variables ?? []))].sort();
}

/** Merges files into one variant. Files that `find` does not return are skipped. */
export function variantOf(files: readonly ComposeFile[], find: Find): StackVariant {
  const last = files.at(-1);
  const root = posix.dirname(last?.path ?? '');
  // Highest precedence first: the last file, and each file before those that it uses.
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

/** Merges mounts as Compose merges volumes: the first mount at a path of a service wins. */
function mergeMounts(mounts: readonly Mount[]): Mount[] {
  const taken = new Set<string>();
  return mounts.flatMap((mount) => {
    const services = mount.services.filter((service) => !taken.has(`${service} ${mount.path}`));
    for (const service of services) taken.add(`${service} ${mount.path}`);
    return services.length === 0 ? [] : [{ ...mount, services }];
  });
}

/** Derives the configuration name: `docker-compose.windmill-real.yml` becomes `windmill-real`. */
export function configurationName(file: string): string {
  const name = file
    .replace(/^(docker-)?compose/, '')
    .replace(/\.ya?ml$/, '')
    .replace(/^[.-]+/, '');
  return name === '' ? 'main' : name.replaceAll('.', '-');
}

/** The maximum number of files that a stack uses indirectly. */
const maxUsedFiles = 1_000;

/** Returns a file and the files that it uses, directly or transitively. */
export function closureOf(file: ComposeFile, find: Find): Set<string> {
  const reached = new Set([file.path]);
  for (const path of reached) {
    for (const used of find(path)?.uses ?? []) {
      if (reached.size > maxUsedFiles) {
        warnOnce(
          composeError('INPUT_TOO_LARGE', {
            what: 'the Compose file includes too many files',
            location: { file: file.path },
            why: `with nested includes, it includes more than ${maxUsedFiles} files; changes in some of them will not be detected`,
          }),
        );
        return reached;
      }
      reached.add(used);
    }
  }
  return reached;
}

/** Returns the files that other files include or extend. */
export function usedByOthers(files: Iterable<ComposeFile>): Set<string> {
  return new Set([...files].flatMap(({ path, uses }) => uses.filter((used) => used !== path)));
}
