import { Minimatch } from 'minimatch';
import { filesOfCrate } from './inputs.js';
import type { DeclaredInputs } from '../source-scan/undeclared.js';

/**
 * What a target's inputs declare, as Nx reads them.
 * @param projectRoot relative to the Nx workspace
 * @param dependencies the folders of all projects that the project depends on
 * @param rootOf the folder of a project
 * @returns undefined where they lean on named inputs, which are not followed here
 */
export function declaredInputs(
  inputs: readonly unknown[],
  projectRoot: string,
  dependencies: readonly string[] = [],
  rootOf: (project: string) => string | undefined = () => undefined,
): DeclaredInputs | undefined {
  const wanted: PathTest[] = [];
  const unwanted: PathTest[] = [];
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
        wanted.push(testOf(folder === '.' ? '**/*' : `${folder}/**/*`));
      continue;
    }
    if (fileset === undefined) continue;
    const [, of, not, base, pattern] = /^(\^?)(!?)\{(workspaceRoot|projectRoot)\}\/(.*)$/.exec(fileset) ?? [];
    if (pattern === undefined) return undefined;
    const folders = base === 'workspaceRoot' ? ['.'] : of === '^' ? dependencies : [projectRoot];
    for (const folder of folders) {
      (not === '!' ? unwanted : wanted).push(testOf(folder === '.' ? pattern : `${folder}/${pattern}`));
    }
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
