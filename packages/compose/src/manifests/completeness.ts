import type { ComposeFile, ServiceOrigin } from './compose-file.js';

/** Returns the Compose file at a path; undefined if there is none. */
export type Find = (path: string) => ComposeFile | undefined;

/** Returns true if a file can run without another one, or consists of includes only. */
export function isComplete(file: ComposeFile, find: Find): boolean {
  return (file.includes || file.services.length > 0) && canRun([file], find);
}

/**
 * Returns false if Compose refuses the merged files: a service has no image in any of them, or requires a
 * service, network or volume that none of them has. Included files may bring any of these.
 */
export function canRun(files: readonly ComposeFile[], find: Find): boolean {
  if (files.some(isBroken)) return true;
  const services = files.flatMap((file) => file.services);
  const names = new Set(services.map(({ name }) => name));
  const withImage = new Set(services.filter((one) => hasImage(one, find)).map(({ name }) => name));
  if (files.some(({ includes }) => includes)) return services.every(({ name }) => withImage.has(name));
  const known = new Set([
    ...[...names].map((name) => `services.${name}`),
    ...files.flatMap(({ declares }) => declares),
  ]);
  return (
    [...names].every((name) => withImage.has(name)) &&
    files.every(({ requires }) => requires.every((name) => known.has(name)))
  );
}

/** A file with a YAML error is probably being edited. It keeps its role, and Compose reports the error. */
export function isBroken({ problem }: ComposeFile): boolean {
  return problem !== undefined;
}

/** Returns true if a service has no image of its own but extends one that has. */
export function takesImage(service: ServiceOrigin, find: Find): boolean {
  const { base, hasImage: own } = service;
  if (own || base?.path === undefined || find(base.path) === undefined) return false;
  return hasImage(service, find);
}

/**
 * Returns true if a service can run without another file: it, or a service that it extends, has an image.
 */
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
    // The preliminary answer, which remains if the chain is a circle.
    known.set(current, false);
    chain.push(current);
    const next: ServiceOrigin | 'found' | 'elsewhere' | undefined = current.hasImage
      ? 'found'
      : extendedBy(current, find);
    // Compose may find the service even if it is not found here.
    if (next === 'found' || next === 'elsewhere') {
      answer = true;
      break;
    }
    current = next;
  }
  for (const one of chain) known.set(one, answer);
  return answer;
}

/** Returns the extended service, or undefined if there is none. */
function extendedBy({ base }: ServiceOrigin, find: Find): ServiceOrigin | 'elsewhere' | undefined {
  if (base === undefined) return undefined;
  const file = base.path === undefined ? undefined : find(base.path);
  return (file && servicesOf(file).get(base.service)) ?? 'elsewhere';
}

/** Caches the results of `hasImage` for every service in a chain. */
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
