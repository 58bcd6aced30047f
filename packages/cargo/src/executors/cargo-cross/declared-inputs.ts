import { Minimatch } from 'minimatch';
import type { DeclaredInputs } from '../../graph/sources/undeclared.js';

/**
 * What a target's inputs declare, as Nx reads them.
 * @param projectRoot relative to the Nx workspace
 * @returns undefined where they lean on named inputs, which are not followed here
 */
export function declaredInputs(inputs: readonly unknown[], projectRoot: string): DeclaredInputs | undefined {
  const wanted: PathTest[] = [];
  const unwanted: PathTest[] = [];
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
    (not === '!' ? unwanted : wanted).push(testOf(path));
  }
  const isAmong = (path: string, tests: readonly PathTest[]) => tests.some((matches) => matches(path));
  return {
    hasFile: (path) => isAmong(path, wanted) && !isAmong(path, unwanted),
    hasVariable: (name) => variables.has(name),
  };
}

/** Whether a pattern takes a path. */
type PathTest = (path: string) => boolean;

/** By pattern: the crates that the tasks of one batch share are in the inputs of each. */
const tests = new Map<string, PathTest>();

function testOf(pattern: string): PathTest {
  const known = tests.get(pattern);
  if (known !== undefined) return known;
  const test = newTest(pattern);
  tests.set(pattern, test);
  return test;
}

/** Most patterns are a name, or all that a folder holds, and to make an expression of one costs more than to look. */
function newTest(pattern: string): PathTest {
  const [, folder] = /^([\w./-]+\/)\*\*\/\*$/.exec(pattern) ?? [];
  if (folder !== undefined) return (path) => path.startsWith(folder);
  if (/^[\w./-]+$/.test(pattern)) return (path) => path === pattern;
  let glob: Minimatch | undefined;
  return (path) => path === pattern || (glob ??= new Minimatch(pattern, { dot: true })).match(path);
}
