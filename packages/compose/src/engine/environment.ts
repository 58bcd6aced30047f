import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { readText } from '@millwright/toolkit';
import { nxProcess } from '../system/processes.js';

export type Environment = Readonly<Record<string, string>>;

/** The task whose environment Nx has put `.env` files into. */
export interface NxTask {
  readonly workspaceRoot: string;
  readonly projectRoot: string;
  readonly target: string;
  readonly configuration: string | undefined;
}

/**
 * The environment in which the user started Nx. Nx loads `.env` files of the workspace and of the project into the
 * environment of a task, with an expansion of `$` that is not Compose's: Compose must not see any of that.
 */
export async function userEnvironment(task: NxTask): Promise<Environment> {
  const current = definedIn(process.env);
  const nx = nxProcess();
  if (nx === undefined) return current;
  return initialEnvironment(nx.pid) ?? withoutFiles(current, await nxFiles(task), await nxLoader());
}

/** The environment that a process was started with, whatever it changed since (proc_pid_environ(5)). */
function initialEnvironment(pid: number): Environment | undefined {
  try {
    return parseEnviron(readFileSync(`/proc/${pid}/environ`, 'utf8'));
  } catch {
    return undefined;
  }
}

export function parseEnviron(text: string): Environment {
  const variables = text.split('\0').flatMap((entry) => {
    const end = entry.indexOf('=');
    return end <= 0 ? [] : [[entry.slice(0, end), entry.slice(end + 1)] as const];
  });
  return Object.fromEntries(variables);
}

/** Loads `.env` files into an environment as Nx does: what is set already stays. */
type Loader = (files: string[], environment: Record<string, string>) => void;

/**
 * An environment without the variables that come from `.env` files: those whose values are what loading the files
 * gives. A variable that the user has set to that very value counts as one of the files; nothing tells them apart.
 * @param groups files that are loaded together, each in the order of precedence
 */
export function withoutFiles(
  environment: Environment,
  groups: readonly (readonly string[])[],
  load: Loader,
): Environment {
  const texts = groups.flat().map((file) => readText(file) ?? '');
  const names = [...new Set(texts.flatMap((text) => Object.keys(parseEnv(text))))];
  const kept = Object.fromEntries(Object.entries(environment).filter(([name]) => !names.includes(name)));
  for (const name of names) {
    const value = environment[name];
    if (value === undefined) continue;
    // Values of files may refer to variables that the user has set, so that those are found out one by one.
    const isLoaded = groups.some((files) => {
      const loaded = { ...kept };
      load([...files], loaded);
      return loaded[name] === value;
    });
    if (!isLoaded) kept[name] = value;
  }
  return kept;
}

/** The groups of files that Nx loads: the workspace's own at its start, then those of the task. */
async function nxFiles({ workspaceRoot, projectRoot, target, configuration }: NxTask): Promise<string[][]> {
  const { getEnvPathsForTask } = await import('nx/src/tasks-runner/task-env-paths.js');
  const groups = [
    ['.local.env', '.env.local', '.env'],
    getEnvPathsForTask(projectRoot, target, configuration),
  ];
  return groups.map((files) => files.map((file) => join(workspaceRoot, file)));
}

async function nxLoader(): Promise<Loader> {
  const { loadAndExpandDotEnvFile } = await import('nx/src/tasks-runner/task-env.js');
  return (files, environment) => void loadAndExpandDotEnvFile(files, environment);
}

/** What has to change in this process's environment to give a child another one; undefined removes a variable. */
export function changesTo(environment: Environment): Record<string, string | undefined> {
  const own = Object.keys(process.env).map((name) => [name, undefined] as const);
  return { ...Object.fromEntries(own), ...environment };
}

function definedIn(environment: NodeJS.ProcessEnv): Environment {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
