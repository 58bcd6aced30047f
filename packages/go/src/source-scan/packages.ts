import { posix } from 'node:path';
import { type Tristate, type BuildContext, isBuilt } from './build-constraint.js';
import type { GoModule, GoPackage, GoSource } from './model.js';

/** A main package and the name of its program. */
export interface MainPackage {
  readonly folder: string;
  /** The program name without `.exe`. It is unique within the module. */
  readonly name: string;
}

/**
 * The extensions of non-Go files from which a package with cgo or assembly is compiled (go/build,
 * `Package`).
 */
export const otherSources = 's,S,sx,syso,c,cc,cpp,cxx,m,h,hh,hpp,hxx,f,F,for,f90,swig,swigcxx';

const otherEndings = new Set(otherSources.split(',').map((ending) => `.${ending}`));

export function isOtherSource(name: string): boolean {
  return otherEndings.has(posix.extname(name));
}

/** Returns true for folder names that Go ignores (cmd/go, "Package lists and patterns"). */
export function isIgnoredFolder(folder: string): boolean {
  return /^[_.]/.test(folder) || folder === 'testdata' || folder === 'vendor';
}

/** Returns the sources of a package that a build includes or may include, without tests. */
export function builtSources(pkg: GoPackage, context: BuildContext): Map<string, GoSource> {
  return new Map([...pkg.sources].filter(([name, source]) => partOf(name, source, context) !== false));
}

/** Returns true if a build includes a source, and undefined if that depends on unknown tags. */
export function partOf(name: string, source: GoSource, context: BuildContext): Tristate {
  if (name.endsWith('_test.go')) return false;
  if (source.imports.includes('C') && !context.cgo) return false;
  return isBuilt(name, source.constraint, context);
}

/**
 * The presence of a main package on a platform: it is built, it would be built with cgo, or build
 * constraints and file names exclude all of it.
 */
export type Availability = 'built' | 'needs cgo' | 'left out';

/**
 * Determines the presence of a main package. Files with unset tags do not count, except for Go version
 * tags, which Go itself sets.
 */
export function availabilityOf(pkg: GoPackage, buildContext: BuildContext): Availability {
  const context = { ...buildContext, isNewest: true };
  const isMain = (candidate: BuildContext) =>
    [...pkg.sources].some(
      ([name, source]) => source.package === 'main' && partOf(name, source, candidate) === true,
    );
  if (isMain(context)) return 'built';
  return isMain({ ...context, cgo: true }) ? 'needs cgo' : 'left out';
}

/**
 * Returns the main packages of a module that exist on any of the platforms, with cgo if they require it.
 * The name of each is the last element of its import path without a major version (cmd/go, "go build"),
 * preceded by as many elements as needed to make it unique.
 */
export function mainPackages(module: GoModule, contexts: readonly BuildContext[]): MainPackage[] {
  const folders = [...module.packages.values()]
    .filter((pkg) => contexts.some((context) => availabilityOf(pkg, context) !== 'left out'))
    .map((pkg) => pkg.folder)
    .sort();
  const paths = folders.map((folder) => ({ folder, elements: nameElements(importPathOf(module, folder)) }));
  const nameWith = (elements: readonly string[], count: number) => elements.slice(-count).join('-');
  return paths.map(({ folder, elements }) => {
    let count = 1;
    const isTaken = () =>
      paths.some(
        (one) => one.folder !== folder && nameWith(one.elements, count) === nameWith(elements, count),
      );
    while (count < elements.length && isTaken()) count += 1;
    return { folder, name: nameWith(elements, count) };
  });
}

function nameElements(importPath: string): string[] {
  const elements = importPath.split('/');
  return elements.length > 1 && /^v[2-9]\d*$|^v1\d+$/.test(elements.at(-1) ?? '')
    ? elements.slice(0, -1)
    : elements;
}

/** Returns the import path of a package. */
function importPathOf(module: GoModule, folder: string): string {
  const below = posix.relative(module.root, folder);
  return below === '' ? module.mod.module : `${module.mod.module}/${below}`;
}
