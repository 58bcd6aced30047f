import { matchesGlob } from 'node:path';

/** The declared inputs of a target. Paths are relative to the workspace root. */
export interface DeclaredInputs {
  readonly hasFile: (path: string) => boolean;
  readonly hasVariable: (name: string) => boolean;
}

/**
 * Parses a target's inputs. Named inputs are treated as the project's own files, which is what they usually
 * contain.
 * @param inputs the inputs of the target; if undefined, Nx uses the project's own files
 * @param projectRoot relative to the workspace root
 */
export function declaredInputs(inputs: readonly unknown[] | undefined, projectRoot: string): DeclaredInputs {
  const variables = new Set<string>();
  for (const input of inputs ?? []) {
    const { env } = (typeof input === 'string' ? {} : input) as { env?: string };
    if (env !== undefined) variables.add(env);
  }
  const patterns = new Patterns();
  const excluded = new Patterns();
  for (const { pattern, isIncluded } of patternsOf(inputs, projectRoot))
    (isIncluded ? patterns : excluded).add(pattern);
  return {
    hasFile: (path) => patterns.match(path) && !excluded.match(path),
    hasVariable: (name) => variables.has(name),
  };
}

/** Returns the globs that a target declares, relative to the workspace root, without negated ones. */
export function includedPatterns(inputs: readonly unknown[] | undefined, projectRoot: string): string[] {
  return patternsOf(inputs, projectRoot).flatMap(({ pattern, isIncluded }) => (isIncluded ? [pattern] : []));
}

function patternsOf(
  inputs: readonly unknown[] | undefined,
  projectRoot: string,
): { readonly pattern: string; readonly isIncluded: boolean }[] {
  return (inputs ?? ['default']).flatMap((input) => {
    const { fileset } = (typeof input === 'string' ? { fileset: input } : input) as { fileset?: string };
    if (fileset === undefined || fileset.startsWith('^')) return [];
    const [, not, base, rest] = /^(!?)\{(workspaceRoot|projectRoot)\}\/(.*)$/s.exec(fileset) ?? [];
    const pattern = rest ?? '**/*';
    const isOwn = base !== 'workspaceRoot' && projectRoot !== '.';
    return [{ pattern: isOwn ? `${projectRoot}/${pattern}` : pattern, isIncluded: not !== '!' }];
  });
}

/** A list of globs. Plain paths and whole folders, which are most of them, are matched by lookup. */
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

/** Returns true if a pattern contains no glob characters. */
export function isPlain(pattern: string): boolean {
  return !/(?<!\\)[*?{}[\]()!]/.test(pattern);
}

function plainBeginning(glob: string): string {
  return /^[\w./-]*/.exec(glob)?.[0].replace(/[^/]*$/, '') ?? '';
}

/** Removes the escapes from a pattern without glob characters. */
export function unescape(pattern: string): string {
  return pattern.replace(/\\(.)/g, '$1');
}
