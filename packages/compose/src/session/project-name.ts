import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Compose } from '../compose-cli/compose.js';
import { projectLabel } from '../engine/containers.js';
import { checkoutLabel, stackLabel } from '../engine/port-holder.js';

/** Compose's label for the folder of the first Compose file of a container. */
const folderLabel = 'com.docker.compose.project.working_dir';

/**
 * Returns the project name for Compose: the stack's name and a digest of the checkout's folder, so that
 * checkouts do not conflict.
 */
export function ownProjectName(stack: string, workspaceRoot: string): string {
  const plain = stack
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/g, '-')
    .replace(/^[-_]+/, '');
  const digest = createHash('sha256').update(realpathSync.native(workspaceRoot)).digest('hex').slice(0, 6);
  return `${plain === '' ? 'stack' : plain}-${digest}`;
}

export interface NameRequest {
  readonly stack: string;
  readonly workspaceRoot: string;
  /** The stack, without a project name. */
  readonly compose: Compose;
}

/** The project name of a stack, and whether it comes from the Compose files or variables. */
export interface ChosenName {
  readonly name: string;
  readonly isConfigured: boolean;
  /** The folder whose containers already use the configured name, if any. */
  readonly takenBy: string | undefined;
}

/**
 * Chooses the project name that Compose would use, because volumes and networks carry it, or our own name
 * if containers of another folder use it. A running stack keeps its name.
 */
export async function chooseProjectName({ stack, workspaceRoot, compose }: NameRequest): Promise<ChosenName> {
  const own = ownProjectName(stack, workspaceRoot);
  const read = await compose.read();
  // Problems in the files are reported by the command, if it needs them.
  const configured = 'model' in read ? read.model.name : undefined;
  const [running] = await valuesOf(compose, projectLabel, [
    `label=${stackLabel}=${stack}`,
    `label=${checkoutLabel}=${workspaceRoot}`,
  ]);
  if (running !== undefined) return { name: running, isConfigured: running !== own, takenBy: undefined };
  if (configured === undefined) return { name: own, isConfigured: false, takenBy: undefined };
  const folder = dirname(compose.subject.files[0] ?? '');
  const folders = await valuesOf(compose, folderLabel, [`label=${projectLabel}=${configured}`]);
  const takenBy = folders.find((one) => one !== folder);
  return { name: takenBy === undefined ? configured : own, isConfigured: takenBy === undefined, takenBy };
}

/**
 * Returns the distinct values of a label of the matching containers. Empty if the engine does not answer.
 */
async function valuesOf({ engine }: Compose, label: string, filters: readonly string[]): Promise<string[]> {
  const format = ['--format', `{{.Label "${label}"}}`];
  const { stdout } = await engine.run([
    ...['ps', '--all', ...format],
    ...filters.flatMap((filter) => ['--filter', filter]),
  ]);
  return [...new Set(stdout.split('\n').filter((value) => value !== ''))];
}
