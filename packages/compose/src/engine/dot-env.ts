import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { readText } from '@millwright/toolkit';

/**
 * The variables of a project's .env, each as undefined, that Nx has put into this process's environment. Compose reads
 * the file itself, and would not see an edit of it behind what stands in the environment.
 */
export function withoutDotEnv(
  folder: string,
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, undefined> {
  const variables = Object.entries(parseEnv(readText(join(folder, '.env')) ?? ''));
  const taken = variables.filter(([name, value]) => environment[name] === value);
  return Object.fromEntries(taken.map(([name]) => [name, undefined]));
}
