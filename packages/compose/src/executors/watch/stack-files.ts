import { dirname, join, relative, sep } from 'node:path';
import { readText, statOf } from '@millwright/toolkit';
import { type ComposeFile, readComposeFile } from '../../manifests/compose-file.js';
import { variantOf } from '../../manifests/stacks.js';
import { servicesOf, type StackModel } from '../../compose-cli/model.js';
import type { Mount } from '../../manifests/mounts.js';
import type { OpenSession, Session } from '../../session/session.js';

/** The files and mounts that define a stack. */
export interface StackFiles {
  /**
   * The Compose files, the files that they include or extend, and their environment files. Absolute. They
   * may not exist.
   */
  readonly files: readonly string[];
  /** The mounts in `x-millwright`. */
  readonly mounts: readonly Mount[];
}

/**
 * Reads the files of a stack as the project graph does. Paths that contain variables are not resolved.
 * @throws MillwrightError COMPOSE_FILE_INVALID if an `x-millwright` section is invalid
 */
export function readStackFiles({
  compose,
  workspaceRoot,
}: Pick<Session, 'workspaceRoot'> & { readonly compose: Pick<Session['compose'], 'subject'> }): StackFiles {
  const { files } = compose.subject;
  const read = new Map<string, ComposeFile | undefined>();
  const find = (path: string): ComposeFile | undefined => {
    if (!read.has(path)) read.set(path, readFile(path, workspaceRoot));
    return read.get(path);
  };
  const named = files.map((file) => relative(workspaceRoot, file).split(sep).join('/'));
  const { reads, extension } = variantOf(
    named.flatMap((path) => find(path) ?? []),
    find,
  );
  const composeFiles = new Set([...named, ...reads].map((path) => join(workspaceRoot, path)));
  // Compose reads the .env beside each main file and each included file.
  const environments = [...composeFiles].map((path) => join(dirname(path), '.env'));
  return { files: [...new Set([...composeFiles, ...environments])], mounts: extension.mounts ?? [] };
}

function readFile(path: string, workspaceRoot: string): ComposeFile | undefined {
  const text = readText(join(workspaceRoot, path));
  return text === undefined ? undefined : readComposeFile(path, text);
}

/** A file of the workspace that is mounted into a service read-only. */
export interface MountedFile {
  readonly service: string;
  /** Absolute. */
  readonly source: string;
}

/**
 * Returns the single files that services mount read-only: configs, secrets and binds. Files that a
 * container can write are excluded.
 */
export function mountedFiles({
  wholeModel,
  workspaceRoot,
  bindings,
}: Pick<OpenSession, 'wholeModel' | 'workspaceRoot' | 'bindings'>): MountedFile[] {
  const built = new Set(bindings.map(({ source }) => source));
  return servicesOf(wholeModel).flatMap(([service, model]) => {
    const binds = (model.volumes ?? []).flatMap(({ type, source, read_only: readOnly }) =>
      type === 'bind' && readOnly === true && source !== undefined ? [source] : [],
    );
    const declared = [
      ...filesOf(model.configs, wholeModel.configs),
      ...filesOf(model.secrets, wholeModel.secrets),
    ];
    return [...new Set([...binds, ...declared])]
      .filter((source) => !built.has(source) && isWithin(workspaceRoot, source) && isFile(source))
      .map((source) => ({ service, source }));
  });
}

/** Returns all single files that the stack mounts read-only, including built binaries. */
export function mountedPaths(session: OpenSession): Set<string> {
  return new Set([...session.bindings, ...mountedFiles(session)].map(({ source }) => source));
}

function filesOf(
  used: readonly { readonly source: string }[] | null | undefined,
  declared: StackModel['configs'],
): string[] {
  return (used ?? []).flatMap(({ source }) => declared?.[source]?.file ?? []);
}

function isWithin(folder: string, path: string): boolean {
  const [first] = relative(folder, path).split(sep);
  return first !== '..' && first !== '';
}

function isFile(path: string): boolean {
  return statOf(path)?.isFile() === true;
}
