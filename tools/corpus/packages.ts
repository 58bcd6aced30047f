import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A published package, pinned. Its folder in the corpus' repository bears its name. */
export interface PublishedPackage {
  readonly name: string;
  readonly version: string;
  /** Whether CI tries it too. */
  readonly small?: boolean;
  /** Whether layouts are generated around it. */
  readonly layouts?: boolean;
}

/** A package at one place of a repository of the corpus, which is compiled there and compared with the graph. */
export interface Subject {
  readonly kind: 'crate' | 'module';
  readonly name: string;
  readonly version: string;
  /** The layout that was generated around the package; none where it stands as it was published. */
  readonly layout?: Layout;
  /** Its folder, relative to the repository. */
  readonly place: string;
}

/** How a repository holds a package together with one that depends on it. */
export type Layout = (typeof layouts)[number];

export const layouts = ['workspace', 'within another', 'around another', 'replacement', 'symlink'] as const;

/** Crates, and Go modules by their module path. */
export interface Corpus {
  readonly crates: readonly PublishedPackage[];
  readonly modules: readonly PublishedPackage[];
}

export function readCorpus(): Corpus {
  const read = (name: string) =>
    JSON.parse(readFileSync(join(import.meta.dirname, name), 'utf8')) as PublishedPackage[];
  return { crates: read('crates.json'), modules: read('modules.json') };
}

/** The part that CI tries. */
export function smallCorpus({ crates, modules }: Corpus): Corpus {
  const isSmall = ({ small = false }: PublishedPackage) => small;
  return { crates: crates.filter(isSmall), modules: modules.filter(isSmall) };
}

export function crateFolder(name: string): string {
  return `crates/${name}`;
}

/** @param path a module path, such as `golang.org/x/mod` */
export function moduleFolder(path: string): string {
  return `modules/${path.replaceAll('/', '-')}`;
}
