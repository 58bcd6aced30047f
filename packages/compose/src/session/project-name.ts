import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Compose } from '../compose-cli/compose.js';
import { projectLabel } from '../engine/containers.js';
import { checkoutLabel, stackLabel } from '../engine/port-holder.js';

/** Compose's label for the folder of a container's first Compose file. */
const folderLabel = 'com.docker.compose.project.working_dir';

/** Compose's name for a stack: its own and a digest of the checkout's folder, so that two checkouts' stay apart. */
export function ownProjectName(stack: string, workspaceRoot: string): string {
  const plain = stack
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '-')
    .replace(/^[-_]+/, '');
  const digest = createHash('sha256').update(realpathSync(workspaceRoot)).digest('hex').slice(0, 6);
  return `${plain === '' ? 'stack' : plain}-${digest}`;
}

export interface NameRequest {
  readonly stack: string;
  readonly workspaceRoot: string;
  /** The stack, without a name. */
  readonly compose: Compose;
}

/** The project name of a stack whose files or variables give it one, and whether that is the given one. */
export interface ChosenName {
  readonly name: string;
  readonly given: boolean;
  /** Where containers of another folder have the given name. */
  readonly takenBy: string | undefined;
}

/**
 * The project name that Compose itself would take, since volumes and networks bear it; our own where containers of
 * another folder have it. What runs already keeps its name.
 */
export async function chooseProjectName({ stack, workspaceRoot, compose }: NameRequest): Promise<ChosenName> {
  const own = ownProjectName(stack, workspaceRoot);
  const read = await compose.read();
  // What is wrong with the files is for the command to say, if it needs them.
  const given = 'model' in read ? read.model.name : undefined;
  const [running] = await valuesOf(compose, projectLabel, [
    `label=${stackLabel}=${stack}`,
    `label=${checkoutLabel}=${workspaceRoot}`,
  ]);
  if (running !== undefined) return { name: running, given: running !== own, takenBy: undefined };
  if (given === undefined) return { name: own, given: false, takenBy: undefined };
  const folder = dirname(compose.subject.files[0] ?? '');
  const folders = await valuesOf(compose, folderLabel, [`label=${projectLabel}=${given}`]);
  const takenBy = folders.find((one) => one !== folder);
  return { name: takenBy === undefined ? given : own, given: takenBy === undefined, takenBy };
}

/** The values of a label of some containers. An engine that does not answer has none. */
async function valuesOf({ engine }: Compose, label: string, filters: readonly string[]): Promise<string[]> {
  const format = ['--format', `{{.Label "${label}"}}`];
  const { stdout } = await engine.run([
    ...['ps', '--all', ...format],
    ...filters.flatMap((filter) => ['--filter', filter]),
  ]);
  return [...new Set(stdout.split('\n').filter((value) => value !== ''))];
}
