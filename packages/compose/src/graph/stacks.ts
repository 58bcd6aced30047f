import { posix } from 'node:path';
import type { Mount } from '../executors/docker-mount-compose/mounts.js';
import type { ComposeFile, Extension, ServiceOrigin } from './compose-file.js';

/** What one folder's Compose files make. */
export interface Stack {
  /** Relative to the Nx workspace. */
  readonly root: string;
  /** The stack that runs where none is chosen. */
  readonly main: StackVariant;
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

/** Compose's own order of preference (Compose specification, "Compose file"). */
const mainNames = ['compose.yaml', 'compose.yml', 'docker-compose.yaml', 'docker-compose.yml'];

/**
 * The stack of one folder. `compose.yaml` and its `compose.override.yaml` are the main one. Each further file is a
 * variant: by itself where it is complete, else on top of the main one. Files that others include are only parts.
 */
export function stackOf(
  files: readonly ComposeFile[],
  find: (path: string) => ComposeFile | undefined,
): Stack | undefined {
  const used = new Set(files.flatMap((file) => file.uses));
  const own = files.filter((file) => !used.has(file.path)).sort((a, b) => (a.path < b.path ? -1 : 1));
  const isComplete = (file: ComposeFile) =>
    (file.includes || file.services.length > 0) && file.services.every((service) => hasImage(service, find));
  const named = (name: string) => own.find((file) => posix.basename(file.path) === name);
  const base = mainNames.map(named).find((file) => file !== undefined) ?? own.find(isComplete) ?? own[0];
  if (!base) return undefined;
  const override = overrideNames(base.path)
    .map(named)
    .find((file) => file !== undefined);
  const main = override ? [base, override] : [base];
  const rest = own.filter((file) => !main.includes(file) && !mainNames.includes(posix.basename(file.path)));
  const variants = rest.map((file) => variantOf(isComplete(file) ? [file] : [base, file], find));
  const reads = [...new Set(files.flatMap((file) => [...closureOf(file, find)]))].sort();
  return {
    root: posix.dirname(base.path),
    main: variantOf(main, find),
    variants,
    reads,
    variables: variablesOf(reads, find),
  };
}

/** Whether a service could run without another file: it, or what it extends, has an image. */
function hasImage(service: ServiceOrigin, find: (path: string) => ComposeFile | undefined): boolean {
  const seen = new Set<ServiceOrigin>();
  for (let current = service; !seen.has(current);) {
    seen.add(current);
    if (current.hasImage) return true;
    const { base } = current;
    if (base === undefined) return false;
    const next = base.path === undefined ? undefined : find(base.path);
    const found = next?.services.find(({ name }) => name === base.service);
    // What is not to be found here, Compose may find.
    if (!found) return true;
    current = found;
  }
  return false;
}

function overrideNames(base: string): string[] {
  const stem = posix.basename(base).replace(/\.ya?ml$/, '');
  return ['yaml', 'yml'].map((ending) => `${stem}.override.${ending}`);
}

function variablesOf(
  paths: readonly string[],
  find: (path: string) => ComposeFile | undefined,
): readonly string[] {
  return [...new Set(paths.flatMap((path) => find(path)?.variables ?? []))].sort();
}

/** What merging some files makes. Those that `find` does not have count for nothing. */
export function variantOf(
  files: readonly ComposeFile[],
  find: (path: string) => ComposeFile | undefined,
): StackVariant {
  const last = files.at(-1);
  // What comes first counts most: the last file, and each before those that it uses.
  const reached = new Set(files.toReversed().flatMap((file) => [...closureOf(file, find)]));
  const all = [...reached].flatMap((path) => find(path) ?? []);
  const merged = files.reduce<Extension>((extension, file) => ({ ...extension, ...file.extension }), {});
  return {
    name: configurationName(posix.basename(last?.path ?? '')),
    files: files.map((file) => posix.basename(file.path)),
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

/** A file and all that it uses, directly or not. */
function closureOf(file: ComposeFile, find: (path: string) => ComposeFile | undefined): Set<string> {
  const reached = new Set([file.path]);
  for (const path of reached) for (const used of find(path)?.uses ?? []) reached.add(used);
  return reached;
}
