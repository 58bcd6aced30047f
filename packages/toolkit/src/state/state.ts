import { createHash } from 'node:crypto';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { writeFileAtomically } from '../files/atomic-file.js';
import { type Environment, variableOf } from '../environment/environment.js';
import { MillwrightError } from '../errors/errors.js';
import { privateFolder } from '../files/private-folder.js';
import { readRegularFile } from '../files/read-file.js';
import { checkWithinWorkspace } from '../files/within-workspace.js';

/** A kind of cached data. It can always be recomputed. */
export interface StateFormat<Schema extends z.ZodType> {
  /** The name of its file, without the extension. */
  readonly name: string;
  /**
   * Increased whenever existing data becomes invalid, because the format or the rules that it follows from
   * changed.
   */
  readonly version: number;
  readonly schema: Schema;
}

/** Returns Nx's folder for workspace data, such as its last project graph (Nx, "Environment Variables"). */
export function nxDataFolder(workspace: string, env: Environment = process.env): string {
  return resolve(workspace, namedDataFolder(env) ?? '.nx/workspace-data');
}

function namedDataFolder(env: Environment): string | undefined {
  return (
    variableOf(env, 'NX_WORKSPACE_DATA_DIRECTORY') ?? variableOf(env, 'NX_PROJECT_GRAPH_CACHE_DIRECTORY')
  );
}

/**
 * Returns Millwright's folder in Nx's workspace data, which git ignores (Nx, "Environment Variables"). If a link in the
 * repository leads out of the workspace there, returns a private folder of the user instead.
 * @throws MillwrightError PRIVATE_FOLDER_UNSAFE if neither is possible
 */
export function workspaceDataFolder(workspace: string, env: Environment = process.env): string {
  const folder = join(nxDataFolder(workspace, env), 'millwright');
  if (namedDataFolder(env) !== undefined || isInsideWorkspace(workspace, folder)) return folder;
  const checkout = createHash('sha256').update(resolve(workspace)).digest('hex');
  return join(privateFolder('workspaces', env), checkout.slice(0, 16));
}

function isInsideWorkspace(workspace: string, folder: string): boolean {
  try {
    checkWithinWorkspace(workspace, join(folder, 'file'));
    return true;
  } catch (error) {
    // The workspace does not exist.
    return !(error instanceof MillwrightError);
  }
}

/**
 * Returns the folder for outputs of cached tasks that later tasks read, relative to the Nx workspace. Each subject has its
 * own. Output paths are part of a task's hash, so the folder does not depend on variables: machines with different
 * settings of NX_WORKSPACE_DATA_DIRECTORY share their caches.
 * @param kind a folder name
 * @param subject identifies the output, for example a folder relative to the workspace
 */
export function taskOutputFolder(kind: string, subject: string): string {
  const key = createHash('sha256').update(subject).digest('hex').slice(0, 12);
  return `.nx/workspace-data/millwright/${kind}/${key}`;
}

/** Returns cached data of a workspace. Undefined if it is missing or has another version or format. */
export function readWorkspaceState<Schema extends z.ZodType>(
  workspace: string,
  format: StateFormat<Schema>,
): z.output<Schema> | undefined {
  return readState(pathOf(workspace, format), format);
}

/** Caches data for a workspace. If the folder cannot be written, nothing is cached. */
export function writeWorkspaceState<Schema extends z.ZodType>(
  workspace: string,
  format: StateFormat<Schema>,
  data: z.input<Schema>,
): void {
  writeState(pathOf(workspace, format), format, data);
}

/**
 * Reads a state file in any folder. Undefined if it is missing, damaged, or has another version or format.
 */
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

/** Replaces a state file in any folder if its content changes. If that fails, nothing is saved. */
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
    // A read-only checkout works without saved state.
  }
}

function pathOf(workspace: string, { name }: Pick<StateFormat<z.ZodType>, 'name'>): string {
  return join(workspaceDataFolder(workspace), `${name}.json`);
}
