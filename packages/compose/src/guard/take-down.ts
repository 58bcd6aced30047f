import { setTimeout as sleep } from 'node:timers/promises';

/** Calls the engine's command line. */
export type AskEngine = (args: readonly string[]) => Promise<{
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}>;

export interface TakeDownRequest {
  readonly projectName: string;
  readonly volumes: boolean;
}

/** What is to be said where a stack cannot be taken down. */
export interface TakeDownFailure {
  /** What Compose said last. */
  readonly stderr: string;
  /** The containers and networks that are left. */
  readonly left: readonly string[];
}

const attempts = 5;
const pauseMilliseconds = 500;

/**
 * Takes a stack down by its name alone: nothing in a file that was edited since can be in the way. What another process
 * was still making when it was ended may appear late, so that this looks again, until nothing is left.
 * @returns why it could not; undefined where nothing is left
 */
export async function takeDown(
  ask: AskEngine,
  { projectName, volumes }: TakeDownRequest,
): Promise<TakeDownFailure | undefined> {
  const down = ['compose', '--project-name', projectName, 'down', '--remove-orphans'];
  let failure: TakeDownFailure | undefined;
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const { exitCode, stderr } = await ask(volumes ? [...down, '--volumes'] : down);
    const left = await leftOf(ask, projectName);
    if (exitCode === 0 && left?.length === 0) return undefined;
    failure = { stderr, left: left ?? [] };
    // An engine that does not answer will not do so in a moment either.
    if (left === undefined) return failure;
    await sleep(pauseMilliseconds);
  }
  return failure;
}

/** Removes the containers that a process made to look into images, by their label. */
export async function removeInspected(ask: AskEngine, label: string): Promise<void> {
  const { stdout } = await ask(['ps', '--all', '--quiet', '--filter', `label=${label}`]);
  const ids = stdout.split('\n').filter((id) => id !== '');
  if (ids.length > 0) await ask(['rm', '--force', ...ids]);
}

/** The containers and networks of a stack; undefined where the engine does not answer. */
export async function leftOf(ask: AskEngine, projectName: string): Promise<readonly string[] | undefined> {
  const filter = ['--filter', `label=com.docker.compose.project=${projectName}`];
  const answers = await Promise.all([
    ask(['ps', '--all', '--format', '{{.Names}}', ...filter]),
    ask(['network', 'ls', '--format', '{{.Name}}', ...filter]),
  ]);
  if (answers.some(({ exitCode }) => exitCode !== 0)) return undefined;
  return answers.flatMap(({ stdout }) => stdout.split('\n').filter((line) => line !== ''));
}
