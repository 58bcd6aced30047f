import { Minimatch } from 'minimatch';
import { filesOfCrate } from './inputs.js';
import type { DeclaredInputs } from '../source-scan/undeclared.js';

/**
 * Interprets a target's inputs as Nx does.
 * @param projectRoot relative to the Nx workspace
 * @param dependencies the folders of all projects that the project depends on
 * @param rootOf returns the folder of a project
 * @returns undefined if the inputs refer to named inputs, which are not resolved here
 */
export function declaredInputs(
  inputs: readonly unknown[],
  projectRoot: string,
  dependencies: readonly string[] = [],
  rootOf: (project: string) => string | undefined = () => undefined,
): DeclaredInputs | undefined {
  const included: PathTest[] = [];
  const excluded: PathTest[] = [];
  const variables = new Set<string>();
  for (const input of inputs) {
    const {
      fileset,
      env,
      input: named,
      projects,
    } = (typeof input === 'string' ? { fileset: input } : input) as {
      fileset?: string;
      env?: string;
      input?: string;
      projects?: readonly string[];
    };
    if (env !== undefined) variables.add(env);
    if (projects !== undefined) {
      if (named !== filesOfCrate) return undefined;
      for (const folder of projects.flatMap((project) => rootOf(project) ?? []))
        included.push(testOf(folder === '.' ? '**/*' : `${folder}/**/*`));
      continue;
    }
    if (fileset === undefined) continue;
    const [, dependency, negation, base, pattern] =
      /^(\^?)(!?)\{(workspaceRoot|projectRoot)\}\/(.*)$/.exec(fileset) ?? [];
    if (pattern === undefined) return undefined;
    const folders = base === 'workspaceRoot' ? ['.'] : dependency === '^' ? dependencies : [projectRoot];
    for (const folder of folders) {
      (negation === '!' ? excluded : included).push(
        testOf(folder === '.' ? pattern : `${folder}/${pattern}`),
      );
    }
  }
  const matchesAny = (path: string, tests: readonly PathTest[]) => tests.some((matches) => matches(path));
  return {
    hasFile: (path) => matchesAny(path, included) && !matchesAny(path, excluded),
    hasVariable: (name) => variables.has(name),
  };
}

/** Returns whether a pattern matches a path. */
type PathTest = (path: string) => boolean;

/** Cached by pattern: crates shared by the tasks of a batch occur in the inputs of each. */
const tests = new Map<string, PathTest>();

function testOf(pattern: string): PathTest {
  const known = tests.get(pattern);
  if (known !== undefined) return known;
  const test = newTest(pattern);
  tests.set(pattern, test);
  return test;
}

/** Most patterns are a path or a whole folder; comparing strings is faster than compiling a glob. */
function newTest(pattern: string): PathTest {
  const [, folder] = /^([\w./-]+\/)\*\*\/\*$/.exec(pattern) ?? [];
  if (folder !== undefined) return (path) => path.startsWith(folder);
  if (/^[\w./-]+$/.test(pattern)) return (path) => path === pattern;
  let glob: Minimatch | undefined;
  return (path) => path === pattern || (glob ??= new Minimatch(pattern, { dot: true })).match(path);
}
