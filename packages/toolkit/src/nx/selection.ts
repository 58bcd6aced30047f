import { randomUUID } from 'node:crypto';
import type { Environment } from '../environment/environment.js';
import { optionValues } from './nx-command.js';
import { hasChoice, type PlatformChoice } from '../platforms/platform-selection.js';
import { type Libc, platformOfTriple } from '../platforms/platforms.js';

/** What `--platform` and `--libc` among the arguments of Nx ask for. */
export function selectionIn(args: readonly string[]): PlatformChoice {
  const [platform] = optionValues('platform', args);
  const [libc] = optionValues('libc', args);
  return { platform, libc: libc === 'gnu' || libc === 'musl' ? libc : undefined };
}

/**
 * Tells the tasks what is selected, and changes the digest of every triple that is not: tasks for them do nothing, and
 * no cache may replay that as a build.
 * @param variable not hashed: it receives what is asked for, as JSON; empty where nothing is
 * @param digests the names of the variables that Nx hashes, by triple
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

/** Whether the hook that runs before all tasks has told Nx's hasher of a selection. */
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
