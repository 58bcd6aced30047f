import { posix } from 'node:path';
import { escapeGlob } from '@millwright/toolkit';
import type { Closure } from '../resolution/closure.js';
import { type BuildContext, isBuilt } from '../source-scan/build-constraint.js';
import type { GoPackage } from '../source-scan/model.js';
import { otherSources } from '../source-scan/packages.js';

export type FilesetInput = string | { readonly fileset: string; readonly includeIgnored: true };

export interface InputFacts {
  readonly closure: Closure;
  readonly context: BuildContext;
  /** Where a path really lies. */
  readonly realPath: (path: string) => string;
  /** What C code of the packages is compiled from beside the files in their folders: see `nativeFiles`. */
  readonly native: readonly string[];
  /** The folders of packages whose sources a task may generate; that task's outputs are inputs of their own. */
  readonly generated: (folder: string) => boolean;
  /** The folders whose vendor folder a build reads in place of the module cache. */
  readonly vendored: readonly string[];
}

/**
 * The filesets of a build: of each package the Go files of the folder without tests and without those that the
 * platform leaves out, what is compiled beside them, what they embed, and the profile of a program. What a source names,
 * and the sources themselves, count also where git ignores them, since they may be generated. Nx follows no symbolic
 * links to folders, so that what lies behind one counts by its real path as well.
 */
export function filesetsOf(facts: InputFacts): FilesetInput[] {
  const { closure, context, realPath, native, generated, vendored } = facts;
  const wanted: string[] = [];
  const unwanted: string[] = [];
  const named = new Set<string>();
  for (const { pkg, sources } of closure.packages.values()) {
    for (const folder of placesOf(pkg.folder, realPath)) {
      wanted.push(inFolder(folder, '*.go'), inFolder(folder, `*.{${otherSources}}`));
      unwanted.push(inFolder(folder, '*_test.go'), ...leftOut(pkg, folder, context));
      if (sources.size > 0 && !generated(pkg.folder)) named.add(sourcesInput(folder, [...sources.keys()]));
      for (const source of sources.values()) {
        if (source.package === 'main') named.add(inFolder(folder, 'default.pgo'));
        for (const pattern of source.embeds) {
          named.add(inFolder(folder, pattern)).add(inFolder(folder, `${pattern}/**/*`));
        }
      }
    }
    for (const name of sources.keys()) {
      const path = posix.join(pkg.folder, name);
      const real = realPath(path);
      if (real !== path && !isOutside(real)) named.add(escapeGlob(real));
    }
  }
  for (const path of native) if (!isOutside(path)) named.add(escapeGlob(path));
  for (const folder of vendored) named.add(inFolder(folder, 'vendor/**/*'));
  return [
    ...wanted.map(inWorkspace),
    ...unwanted.map((path) => `!${inWorkspace(path)}`),
    ...ignoredToo([...named].sort()),
  ];
}

/** A folder, and where it really lies, as far as that is in the repository. */
function placesOf(folder: string, realPath: (path: string) => string): string[] {
  return [...new Set([folder, realPath(folder)])].filter((place) => !isOutside(place));
}

/** The files of a package that the platform leaves out; tests have a pattern of their own. */
function leftOut(pkg: GoPackage, folder: string, context: BuildContext): string[] {
  return [...pkg.sources]
    .filter(
      ([name, { constraint }]) => !name.endsWith('_test.go') && isBuilt(name, constraint, context) === false,
    )
    .map(([name]) => inFolder(folder, escapeGlob(name)))
    .sort();
}

/** A glob for files of a folder. */
export function sourcesInput(folder: string, names: readonly string[]): string {
  const escaped = names.map(escapeGlob);
  return inFolder(folder, escaped.length === 1 ? escaped.join('') : `{${escaped.join(',')}}`);
}

function inFolder(folder: string, pattern: string): string {
  return posix.join(escapeGlob(folder), pattern);
}

/** Filesets of files that count also where git ignores them; they know no exceptions, so they name what they want. */
export function ignoredToo(globs: readonly string[]): FilesetInput[] {
  return globs.map((glob) => ({ fileset: inWorkspace(glob), includeIgnored: true }));
}

/** Files and folders that a build reads out of the repository, relative to it or absolute. */
export function outsideFiles({
  closure,
  realPath,
  native,
}: Pick<InputFacts, 'closure' | 'realPath' | 'native'>): string[] {
  const linked = [...closure.packages.values()].flatMap(({ pkg, sources }) =>
    [...sources.keys()].map((name) => realPath(posix.join(pkg.folder, name))),
  );
  return [...linked, ...native].filter(isOutside);
}

/** Whether a path leads out of the repository. */
export function isOutside(path: string): boolean {
  return path.startsWith('../') || posix.isAbsolute(path);
}

function inWorkspace(glob: string): string {
  return `{workspaceRoot}/${glob}`;
}
