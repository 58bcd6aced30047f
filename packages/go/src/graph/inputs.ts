import { posix } from 'node:path';
import type { Closure } from './closure.js';
import { isBuilt, type BuildContext } from './build-constraint.js';

export type FilesetInput = string | { readonly fileset: string; readonly includeIgnored: true };

/** The files beside Go's own that a package is compiled from (go/build, `Package`), where it uses cgo or assembly. */
const otherSources = 's,S,sx,syso,c,cc,cpp,cxx,m,h,hh,hpp,hxx,f,F,for,f90,swig,swigcxx';

export interface InputFacts {
  readonly closure: Closure;
  readonly context: BuildContext;
  /** Where a path really lies. */
  readonly realPath: (path: string) => string;
  readonly exists: (path: string) => boolean;
  /** The folders whose vendor folder a build reads in place of the module cache. */
  readonly vendored: readonly string[];
}

/**
 * The filesets of a build: of each package the Go files of the folder without tests and without those that the
 * platform leaves out, what is compiled beside them, and what they embed. Generated sources count too, though git
 * may ignore them.
 */
export function filesetsOf({ closure, context, realPath, exists, vendored }: InputFacts): FilesetInput[] {
  const found: FilesetInput[] = [];
  const elsewhere = new Set<string>();
  const ignoredToo = (path: string) => found.push({ fileset: inWorkspace(path), includeIgnored: true });
  const leftOut: string[] = [];
  for (const { pkg, sources } of closure.packages.values()) {
    ignoredToo(posix.join(pkg.folder, '*.go'));
    ignoredToo(posix.join(pkg.folder, `*.{${otherSources}}`));
    for (const [name, { constraint }] of pkg.sources) {
      const isTest = name.endsWith('_test.go');
      if (!isTest && isBuilt(name, constraint, context) === false) leftOut.push(posix.join(pkg.folder, name));
    }
    for (const [name, source] of sources) {
      elsewhere.add(realPath(posix.join(pkg.folder, name)));
      for (const pattern of source.embeds) {
        const path = posix.join(pkg.folder, pattern);
        ignoredToo(path);
        ignoredToo(posix.join(path, '**/*'));
      }
      for (const path of source.cgoPaths) elsewhere.add(posix.join(pkg.folder, path));
    }
  }
  for (const path of [...elsewhere].sort()) {
    const folder = posix.dirname(path);
    if (path.startsWith('../')) continue;
    if (closure.packages.has(folder) && path.endsWith('.go')) continue;
    if (!exists(path)) continue;
    ignoredToo(path);
    ignoredToo(posix.join(path, '**/*'));
  }
  for (const folder of vendored) found.push(inWorkspace(posix.join(folder, 'vendor/**/*')));
  for (const folder of closure.packages.keys())
    found.push(`!${inWorkspace(posix.join(folder, '*_test.go'))}`);
  found.push(...leftOut.sort().map((path) => `!${inWorkspace(path)}`));
  return found;
}

/** Files and folders that a build reads through symbolic links out of the repository, relative to it. */
export function outsideFiles({ closure, realPath }: Pick<InputFacts, 'closure' | 'realPath'>): string[] {
  return [...closure.packages.values()]
    .flatMap(({ pkg, sources }) => [...sources.keys()].map((name) => realPath(posix.join(pkg.folder, name))))
    .filter((path) => path.startsWith('../'));
}

function inWorkspace(path: string): string {
  return `{workspaceRoot}/${path}`;
}
