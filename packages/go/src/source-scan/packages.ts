import { posix } from 'node:path';
import { type Answer, type BuildContext, isBuilt } from './build-constraint.js';
import type { GoModule, GoPackage, GoSource } from './model.js';

/** A main package and the name of the program that Go makes of it. */
export interface MainPackage {
  readonly folder: string;
  /** Without an ending such as `.exe`; no two of a module are the same. */
  readonly name: string;
}

/** The files beside Go's own that a package is compiled from (go/build, `Package`), where it uses cgo or assembly. */
export const otherSources = 's,S,sx,syso,c,cc,cpp,cxx,m,h,hh,hpp,hxx,f,F,for,f90,swig,swigcxx';

const otherEndings = new Set(otherSources.split(',').map((ending) => `.${ending}`));

export function isOtherSource(name: string): boolean {
  return otherEndings.has(posix.extname(name));
}

/** Whether Go never takes a folder of that name for packages (cmd/go, "Package lists and patterns"). */
export function isLeftOut(folder: string): boolean {
  return /^[_.]/.test(folder) || folder === 'testdata' || folder === 'vendor';
}

/** The sources of a package that are, or may be, part of a build; tests are none. */
export function builtSources(pkg: GoPackage, context: BuildContext): Map<string, GoSource> {
  return new Map([...pkg.sources].filter(([name, source]) => partOf(name, source, context) !== false));
}

/** Whether a source is part of a build; undefined where that depends on tags that may be set. */
export function partOf(name: string, source: GoSource, context: BuildContext): Answer {
  if (name.endsWith('_test.go')) return false;
  if (source.imports.includes('C') && !context.cgo) return false;
  return isBuilt(name, source.constraint, context);
}

/**
 * What becomes of a main package on a platform: it is built, it would be with cgo, or build constraints and file names
 * leave all of it out.
 */
export type Presence = 'built' | 'needs cgo' | 'left out';

/** A file whose tags nobody has set makes no main package, but for the tags of Go's versions, which Go itself sets. */
export function presenceOf(pkg: GoPackage, given: BuildContext): Presence {
  const context = { ...given, isNewest: true };
  const isMain = (asked: BuildContext) =>
    [...pkg.sources].some(
      ([name, source]) => source.package === 'main' && partOf(name, source, asked) === true,
    );
  if (isMain(context)) return 'built';
  return isMain({ ...context, cgo: true }) ? 'needs cgo' : 'left out';
}

/**
 * The main packages of a module that any of the platforms has, with cgo where they need it. Each gets a name: the last
 * element of its import path, a major version passed over (cmd/go, "go build"), with as many elements before it as set
 * the names apart.
 */
export function mainPackages(module: GoModule, contexts: readonly BuildContext[]): MainPackage[] {
  const folders = [...module.packages.values()]
    .filter((pkg) => contexts.some((context) => presenceOf(pkg, context) !== 'left out'))
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

/** The import path of a package of a module. */
export function importPathOf(module: GoModule, folder: string): string {
  const below = posix.relative(module.root, folder);
  return below === '' ? module.mod.module : `${module.mod.module}/${below}`;
}
