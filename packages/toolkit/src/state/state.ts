import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { writeFileAtomically } from '../files/atomic-file.js';
import { type Environment, variableOf } from '../environment/environment.js';
import { MillwrightError } from '../errors/errors.js';
import { privateFolder } from '../files/private-folder.js';
import { readRegularFile } from '../files/read-file.js';
import { checkWithinWorkspace } from '../files/within-workspace.js';

/** A kind of data that is kept between runs and can be made again. */
export interface StateFormat<Schema extends z.ZodType> {
  /** The name of its file, without the ending. */
  readonly name: string;
  /** Counts up whenever data that others wrote no longer holds, be it by its form or by the rules it follows from. */
  readonly version: number;
  readonly schema: Schema;
}

/** Where Nx keeps what it knows of a workspace, such as its last project graph (Nx, "Environment Variables"). */
export function nxDataFolder(workspace: string, env: Environment = process.env): string {
  return resolve(workspace, namedDataFolder(env) ?? '.nx/workspace-data');
}

function namedDataFolder(env: Environment): string | undefined {
  return (
    variableOf(env, 'NX_WORKSPACE_DATA_DIRECTORY') ?? variableOf(env, 'NX_PROJECT_GRAPH_CACHE_DIRECTORY')
  );
}

/**
 * Nx's folder for what it knows of a workspace, which git ignores (Nx, "Environment Variables"). Where a link leads out of the
 * workspace there, which a repository can hold all the same, it is one of the user's own folders.
 * @throws MillwrightError PRIVATE_FOLDER_UNSAFE where neither can be had
 */
export function workspaceDataFolder(workspace: string, env: Environment = process.env): string {
  const folder = join(nxDataFolder(workspace, env), 'millwright');
  if (namedDataFolder(env) !== undefined || leadsWithin(workspace, folder)) return folder;
  const checkout = createHash('sha256').update(resolve(workspace)).digest('hex');
  return join(privateFolder('workspaces', env), checkout.slice(0, 16));
}

function leadsWithin(workspace: string, folder: string): boolean {
  try {
    checkWithinWorkspace(workspace, join(folder, 'file'));
    return true;
  } catch (error) {
    // A workspace that is not there leads nowhere.
    return !(error instanceof MillwrightError);
  }
}

/**
 * Where cached tasks put what later tasks read: a place of its own for each subject, relative to the Nx workspace. Outputs
 * are part of a task's hash, so this follows no variable: machines with another NX_WORKSPACE_DATA_DIRECTORY, or without
 * it, share their caches.
 * @param kind a folder name
 * @param subject what the output is of, such as a folder relative to the workspace
 */
export function taskOutputFolder(kind: string, subject: string): string {
  const key = createHash('sha256').update(subject).digest('hex').slice(0, 12);
  return `.nx/workspace-data/millwright/${kind}/${key}`;
}

/** What was kept for a workspace; undefined where there is none, or what there is has another version or form. */
export function recall<Schema extends z.ZodType>(
  workspace: string,
  format: StateFormat<Schema>,
): z.output<Schema> | undefined {
  return readState(pathOf(workspace, format), format);
}

/** Keeps data for a workspace; a folder that cannot be written only costs time. */
export function remember<Schema extends z.ZodType>(
  workspace: string,
  format: StateFormat<Schema>,
  data: z.input<Schema>,
): void {
  writeState(pathOf(workspace, format), format, data);
}

/** What a state file of any folder holds; undefined where it is missing, damaged, or of another version or form. */
export function readState<Schema extends z.ZodType>(
  path: string,
  { version, schema }: Omit<StateFormat<Schema>, 'name'>,
): z.output<Schema> | undefined {
  const { bytes } = readRegularFile(path);
  if (bytes === undefined) return undefined;
  try {
    const { data } = z
      .strictObject({ version: z.literal(version), data: z.unknown() })
      .parse(JSON.parse(bytes.toString()));
    return schema.parse(data);
  } catch {
    return undefined;
  }
}

/** Replaces a state file of any folder where it is another; where that is not possible, nothing is kept. */
export function writeState<Schema extends z.ZodType>(
  path: string,
  { version }: Omit<StateFormat<Schema>, 'name'>,
  data: z.input<Schema>,
): void {
  const text = JSON.stringify({ version, data });
  if (readRegularFile(path).bytes?.toString() === text) return;
  try {
    writeFileAtomically(path, text);
  } catch {
    // A read-only checkout has a graph all the same.
  }
}

function pathOf(workspace: string, { name }: Pick<StateFormat<z.ZodType>, 'name'>): string {
  return join(workspaceDataFolder(workspace), `${name}.json`);
}
