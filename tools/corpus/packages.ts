import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A pinned published package. Its folder in the corpus repository has the same name. */
export interface PublishedPackage {
  readonly name: string;
  readonly version: string;
  /** True if CI tests it too. */
  readonly small?: boolean;
  /** True if layouts are generated around it. */
  readonly layouts?: boolean;
}

/** A package at a place in a corpus repository, where it is compiled and compared with the graph. */
export interface Subject {
  readonly kind: 'crate' | 'module';
  readonly name: string;
  readonly version: string;
  /** The generated layout around the package. Undefined if it is used as published. */
  readonly layout?: Layout;
  /** Its folder, relative to the repository. */
  readonly place: string;
}

/** An arrangement of a package and a dependent in a repository. */
export type Layout = (typeof layouts)[number];

export const layouts = ['workspace', 'within another', 'around another', 'replacement', 'symlink'] as const;

/** Crates, and Go modules by module path. */
export interface Corpus {
  readonly crates: readonly PublishedPackage[];
  readonly modules: readonly PublishedPackage[];
}

export function readCorpus(): Corpus {
  const read = (name: string) =>
    JSON.parse(readFileSync(join(import.meta.dirname, name), 'utf8')) as PublishedPackage[];
  return { crates: read('crates.json'), modules: read('modules.json') };
}

/** Returns the part that CI tests. */
export function smallCorpus({ crates, modules }: Corpus): Corpus {
  const isSmall = ({ small = false }: PublishedPackage) => small;
  return { crates: crates.filter(isSmall), modules: modules.filter(isSmall) };
}

export function crateFolder(name: string): string {
  return `crates/${name}`;
}

/** @param path a module path, for example `golang.org/x/mod` */
export function moduleFolder(path: string): string {
  return `modules/${path.replaceAll('/', '-')}`;
}
