import { randomUUID } from 'node:crypto';
import type { Environment } from '../environment/environment.js';
import { optionValues } from './nx-command.js';
import { hasChoice, type PlatformChoice } from '../platforms/platform-selection.js';
import { type Libc, platformOfTriple } from '../platforms/platforms.js';

/** Returns the values of `--platform` and `--libc` in the arguments of Nx. */
export function selectionIn(args: readonly string[]): PlatformChoice {
  const [platform] = optionValues('platform', args);
  const [libc] = optionValues('libc', args);
  return { platform, libc: libc === 'gnu' || libc === 'musl' ? libc : undefined };
}

/**
 * Passes the selection to the tasks, and changes the digest of every triple that is not selected: tasks for
 * those do nothing, and a cache must not replay that as a build.
 * @param variable not hashed; receives the selection as JSON, or an empty string
 * @param digests the names of the hashed variables, by triple
 */
export function announceSelection(
  variable: string,
  selection: PlatformChoice,
  digests: ReadonlyMap<string, readonly string[]>,
  env: NodeJS.ProcessEnv,
): void {
  env[variable] = isEmpty(selection) ? '' : JSON.stringify(selection);
  for (const [triple, names] of digests) {
    if (hasChoice(choiceOf(triple), selection)) continue;
    for (const name of names) env[name] = `not selected ${randomUUID()}`;
  }
}

/** Returns true if the hook before all tasks has passed the selection to Nx's hasher. */
export function isSelectionAnnounced(variable: string, selection: PlatformChoice, env: Environment): boolean {
  return !isEmpty(selection) && env[variable] === JSON.stringify(selection);
}

function isEmpty({ platform, libc }: PlatformChoice): boolean {
  return platform === undefined && libc === undefined;
}

function choiceOf(triple: string): PlatformChoice {
  const platform = platformOfTriple(triple);
  const libc = (['gnu', 'musl'] as const).find((name: Libc) => platform?.triples[name] === triple);
  return { platform: platform?.platform, libc };
}
