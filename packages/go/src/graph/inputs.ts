import { posix } from 'node:path';
import type { Closure } from './closure.js';
import { type BuildContext, isBuilt } from './build-constraint.js';
import type { GoPackage } from './model.js';
import { otherSources } from './packages.js';

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
 * platform leaves out, what is compiled beside them, and what they embed. What a source names, and the sources
 * themselves, count also where git ignores them, since they may be generated.
 */
export function filesetsOf(facts: InputFacts): FilesetInput[] {
  const { closure, context, realPath, native, generated, vendored } = facts;
  const wanted: string[] = [];
  const unwanted: string[] = [];
  const named = new Set<string>();
  for (const { pkg, sources } of closure.packages.values()) {
    wanted.push(posix.join(pkg.folder, '*.go'), posix.join(pkg.folder, `*.{${otherSources}}`));
    unwanted.push(posix.join(pkg.folder, '*_test.go'), ...leftOut(pkg, context));
    if (sources.size > 0 && !generated(pkg.folder)) {
      named.add(posix.join(pkg.folder, anyOf([...sources.keys()])));
    }
    for (const [name, source] of sources) {
      const path = posix.join(pkg.folder, name);
      const real = realPath(path);
      if (real !== path && !real.startsWith('../')) named.add(real);
      for (const pattern of source.embeds) {
        named.add(posix.join(pkg.folder, pattern)).add(posix.join(pkg.folder, pattern, '**/*'));
      }
    }
  }
  for (const path of native) if (!isOutside(path)) named.add(path);
  wanted.push(...vendored.map((folder) => posix.join(folder, 'vendor/**/*')));
  return [
    ...wanted.map(inWorkspace),
    ...unwanted.map((path) => `!${inWorkspace(path)}`),
    ...ignoredToo([...named].sort()),
  ];
}

/** The files of a package that the platform leaves out; tests have a pattern of their own. */
function leftOut(pkg: GoPackage, context: BuildContext): string[] {
  return [...pkg.sources]
    .filter(
      ([name, { constraint }]) => !name.endsWith('_test.go') && isBuilt(name, constraint, context) === false,
    )
    .map(([name]) => posix.join(pkg.folder, name))
    .sort();
}

function anyOf(names: readonly string[]): string {
  return names.length === 1 ? names.join('') : `{${names.join(',')}}`;
}

/** Filesets of files that count also where git ignores them; they know no exceptions, so they name what they want. */
export function ignoredToo(paths: readonly string[]): FilesetInput[] {
  return paths.map((path) => ({ fileset: inWorkspace(path), includeIgnored: true }));
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

function inWorkspace(path: string): string {
  return `{workspaceRoot}/${path}`;
}
