import { minimatch } from 'minimatch';
import type { DeclaredInputs } from '../../graph/undeclared.js';

/**
 * What a target's inputs declare, as Nx reads them.
 * @param projectRoot relative to the Nx workspace
 * @returns undefined where they lean on named inputs, which are not followed here
 */
export function declaredInputs(inputs: readonly unknown[], projectRoot: string): DeclaredInputs | undefined {
  const wanted: string[] = [];
  const unwanted: string[] = [];
  const variables = new Set<string>();
  for (const input of inputs) {
    const { fileset, env } = (typeof input === 'string' ? { fileset: input } : input) as {
      fileset?: string;
      env?: string;
    };
    if (env !== undefined) variables.add(env);
    if (fileset === undefined) continue;
    const [, not, base, pattern] = /^(!?)\{(workspaceRoot|projectRoot)\}\/(.*)$/.exec(fileset) ?? [];
    if (pattern === undefined) return undefined;
    const path = base === 'projectRoot' && projectRoot !== '.' ? `${projectRoot}/${pattern}` : pattern;
    (not === '!' ? unwanted : wanted).push(path);
  }
  const matches = (path: string) => (pattern: string) =>
    path === pattern || minimatch(path, pattern, { dot: true });
  return {
    hasFile: (path) => wanted.some(matches(path)) && !unwanted.some(matches(path)),
    hasVariable: (name) => variables.has(name),
  };
}
