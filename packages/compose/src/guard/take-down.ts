import { setTimeout as sleep } from 'node:timers/promises';

/** Calls the engine's command line. */
export type EngineCall = (args: readonly string[]) => Promise<{
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}>;

export interface TakeDownRequest {
  readonly projectName: string;
  readonly volumes: boolean;
}

/** Details about a stack that could not be taken down. */
export interface TakeDownFailure {
  /** The last error output of Compose. */
  readonly stderr: string;
  /** The remaining containers and networks. */
  readonly remaining: readonly string[];
}

const attempts = 5;
const pauseMilliseconds = 500;

/**
 * Takes a stack down by its project name only, so that edited files cannot interfere. Retries until nothing
 * is left, because a container that an ended process was creating can appear late.
 * @returns the failure, or undefined if nothing is left
 */
export async function takeDown(
  ask: EngineCall,
  { projectName, volumes }: TakeDownRequest,
): Promise<TakeDownFailure | undefined> {
  const down = ['compose', '--project-name', projectName, 'down', '--remove-orphans'];
  let failure: TakeDownFailure | undefined;
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const { exitCode, stderr } = await ask(volumes ? [...down, '--volumes'] : down);
    const left = await remainingResources(ask, projectName);
    if (exitCode === 0 && left?.length === 0) return undefined;
    failure = { stderr, remaining: left ?? [] };
    // If the engine does not answer, retrying at once is useless.
    if (left === undefined) return failure;
    await sleep(pauseMilliseconds);
  }
  return failure;
}

/**
 * Returns the message for a stack that was not taken down completely.
 * @param command the command that takes it down
 */
export function takeDownFailed(stack: string, remaining: readonly string[], command: string): string {
  const left = remaining.length === 0 ? 'its containers' : remaining.join(', ');
  return `${stack}: failed to remove ${left}; to retry, and to see why: ${command}`;
}

/** Removes the containers that a process created to inspect images, by their label. */
export async function removeInspected(ask: EngineCall, label: string): Promise<void> {
  const { stdout } = await ask(['ps', '--all', '--quiet', '--filter', `label=${label}`]);
  const ids = stdout.split('\n').filter((id) => id !== '');
  if (ids.length > 0) await ask(['rm', '--force', ...ids]);
}

/** Returns the containers and networks of a stack, or undefined if the engine does not answer. */
export async function remainingResources(
  ask: EngineCall,
  projectName: string,
): Promise<readonly string[] | undefined> {
  const filter = ['--filter', `label=com.docker.compose.project=${projectName}`];
  const answers = await Promise.all([
    ask(['ps', '--all', '--format', '{{.Names}}', ...filter]),
    ask(['network', 'ls', '--format', '{{.Name}}', ...filter]),
  ]);
  if (answers.some(({ exitCode }) => exitCode !== 0)) return undefined;
  return answers.flatMap(({ stdout }) => stdout.split('\n').filter((line) => line !== ''));
}
