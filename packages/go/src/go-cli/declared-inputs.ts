import { matchesGlob } from 'node:path';

/** What a target declares as its inputs. Paths are relative to the workspace's root. */
export interface DeclaredInputs {
  readonly hasFile: (path: string) => boolean;
  readonly hasVariable: (name: string) => boolean;
}

/**
 * Reads a target's inputs. A named input may hold anything; the usual ones are the project's own files.
 * @param inputs the target's; undefined where it declares none, and Nx then takes the project's own files
 * @param projectRoot relative to the workspace's root
 */
export function declaredInputs(inputs: readonly unknown[] | undefined, projectRoot: string): DeclaredInputs {
  const variables = new Set<string>();
  for (const input of inputs ?? []) {
    const { env } = (typeof input === 'string' ? {} : input) as { env?: string };
    if (env !== undefined) variables.add(env);
  }
  const patterns = new Patterns();
  const excluded = new Patterns();
  for (const { pattern, isWanted } of patternsOf(inputs, projectRoot))
    (isWanted ? patterns : excluded).add(pattern);
  return {
    hasFile: (path) => patterns.match(path) && !excluded.match(path),
    hasVariable: (name) => variables.has(name),
  };
}

/** The globs of the files that a target declares, relative to the workspace's root, without exceptions. */
export function wantedPatterns(inputs: readonly unknown[] | undefined, projectRoot: string): string[] {
  return patternsOf(inputs, projectRoot).flatMap(({ pattern, isWanted }) => (isWanted ? [pattern] : []));
}

function patternsOf(
  inputs: readonly unknown[] | undefined,
  projectRoot: string,
): { readonly pattern: string; readonly isWanted: boolean }[] {
  return (inputs ?? ['default']).flatMap((input) => {
    const { fileset } = (typeof input === 'string' ? { fileset: input } : input) as { fileset?: string };
    if (fileset === undefined || fileset.startsWith('^')) return [];
    const [, not, base, rest] = /^(!?)\{(workspaceRoot|projectRoot)\}\/(.*)$/s.exec(fileset) ?? [];
    const pattern = rest ?? '**/*';
    const isOwn = base !== 'workspaceRoot' && projectRoot !== '.';
    return [{ pattern: isOwn ? `${projectRoot}/${pattern}` : pattern, isWanted: not !== '!' }];
  });
}

/** Globs, most of which are a path, or all that a folder holds: these are told apart without looking at each. */
class Patterns {
  private readonly paths = new Set<string>();
  private readonly folders = new Set<string>();
  private readonly globs: string[] = [];

  add(pattern: string): void {
    const all = '**/*';
    const folder =
      pattern === all ? '' : pattern.endsWith(`/${all}`) ? pattern.slice(0, -all.length - 1) : undefined;
    if (folder !== undefined && isPlain(folder)) this.folders.add(unescape(folder));
    else if (isPlain(pattern)) this.paths.add(unescape(pattern));
    else this.globs.push(pattern);
  }

  match(path: string): boolean {
    if (this.paths.has(path)) return true;
    if (this.folders.has('')) return true;
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      if (this.folders.has(path.slice(0, end))) return true;
    }
    return this.globs.some((glob) => path.startsWith(plainBeginning(glob)) && matchesGlob(path, glob));
  }
}

/** Whether a pattern is a path. */
export function isPlain(pattern: string): boolean {
  return !/(?<!\\)[*?{}[\]()!]/.test(pattern);
}

function plainBeginning(glob: string): string {
  return /^[\w./-]*/.exec(glob)?.[0].replace(/[^/]*$/, '') ?? '';
}

/** A path as it is, out of a pattern that is one. */
export function unescape(pattern: string): string {
  return pattern.replace(/\\(.)/g, '$1');
}
