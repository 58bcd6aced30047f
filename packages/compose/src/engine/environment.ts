import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { readText } from '@millwright/toolkit';
import { nxProcess } from '../system/nx-process.js';

export type Environment = Readonly<Record<string, string>>;

/** The Nx task whose `.env` files Nx loaded into the environment. */
export interface NxTask {
  readonly workspaceRoot: string;
  readonly projectRoot: string;
  readonly target: string;
  readonly configuration: string | undefined;
}

/**
 * Returns the environment in which the user started Nx. Nx loads `.env` files of the workspace and the
 * project into a task's environment, and expands `$` differently from Compose. Compose must not see those
 * values.
 */
export async function userEnvironment(task: NxTask): Promise<Environment> {
  const current = definedIn(process.env);
  const nx = nxProcess();
  if (nx === undefined) return current;
  return initialEnvironment(nx.pid) ?? withoutFiles(current, await nxFiles(task), await nxLoader());
}

/**
 * Returns the environment that a process was started with, regardless of later changes
 * (proc_pid_environ(5)).
 */
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

/** Loads `.env` files into an environment as Nx does: variables that are already set keep their value. */
type Loader = (files: string[], environment: Record<string, string>) => void;

/**
 * Returns an environment without the variables that `.env` files set, that is, those whose value equals the
 * one that loading the files yields. A variable that the user set to exactly that value is removed too,
 * because it cannot be distinguished.
 * @param groups files that are loaded together, in order of precedence
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
    // Values in files can refer to variables that the user set, so the variables are checked one by one.
    const isLoaded = groups.some((files) => {
      const loaded = { ...kept };
      load([...files], loaded);
      return loaded[name] === value;
    });
    if (!isLoaded) kept[name] = value;
  }
  return kept;
}

/** Returns the groups of files that Nx loads: those of the workspace at startup, then those of the task. */
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

/**
 * Returns the changes to this process's environment that turn it into another one. Undefined removes a
 * variable.
 */
export function changesTo(environment: Environment): Record<string, string | undefined> {
  const own = Object.keys(process.env).map((name) => [name, undefined] as const);
  return { ...Object.fromEntries(own), ...environment };
}

function definedIn(environment: NodeJS.ProcessEnv): Environment {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
