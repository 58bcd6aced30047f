import { dirname, join, relative, sep } from 'node:path';
import { readText, statOf } from '@millwright/toolkit';
import { type ComposeFile, readComposeFile } from '../../manifests/compose-file.js';
import { variantOf } from '../../manifests/stacks.js';
import { servicesOf, type StackModel } from '../../compose-cli/model.js';
import type { Mount } from '../../manifests/mounts.js';
import type { OpenSession, Session } from '../../session/session.js';

/** What a stack is described by. */
export interface Description {
  /** Its Compose files, those that they include or extend, and the files of variables; absolute, there or not. */
  readonly files: readonly string[];
  /** What `x-millwright` mounts. */
  readonly mounts: readonly Mount[];
}

/**
 * Reads the files of a stack as the graph does: paths that variables lead to are not known.
 * @throws MillwrightError COMPOSE_FILE_INVALID where an `x-millwright` is wrong
 */
export function describeStack({ compose, workspaceRoot }: Session): Description {
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
  const described = new Set([...named, ...reads].map((path) => join(workspaceRoot, path)));
  // Compose reads a .env beside each main file and each file that is included.
  const environments = [...described].map((path) => join(dirname(path), '.env'));
  return { files: [...new Set([...described, ...environments])], mounts: extension.mounts ?? [] };
}

function readFile(path: string, workspaceRoot: string): ComposeFile | undefined {
  const text = readText(join(workspaceRoot, path));
  return text === undefined ? undefined : readComposeFile(path, text);
}

/** A file of the workspace that a service has in its container as it is, for reading. */
export interface MountedFile {
  readonly service: string;
  /** Absolute. */
  readonly source: string;
}

/** The single files that services mount read-only: configs, secrets and binds. A container that writes to one is left alone. */
export function mountedFiles({ wholeModel, workspaceRoot, bindings }: OpenSession): MountedFile[] {
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

/** All single files that a stack mounts for reading. */
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
