import { stat } from 'node:fs/promises';
import { isAbsolute, join, posix, relative } from 'node:path';
import { differingInputs, nameOfInput } from '@millwright/artifacts';
import {
  checkCompatibility,
  type Incompatibility as ImageIncompatibility,
  objectArchitecture,
} from '@millwright/artifacts/image-check';
import { type ObjectFile, ObjectFileError, readObjectFile } from '@millwright/object-file';
import { type FileLocation, type MillwrightError, nxRun, shellWord } from '@millwright/toolkit';
import { locate } from '../compose-cli/explain-compose.js';
import { composeError, type ComposeErrorCode } from '../errors.js';
import { canEmulate } from '../engine/emulation.js';
import type { Engine, EngineFacts } from '../engine/engine.js';
import { builtImageFacts, imageFacts } from '../engine/image.js';
import { imageOf, type ServiceModel, type StackModel } from '../compose-cli/model.js';

/** A reason why a file cannot be mounted. */
interface Incompatibility {
  readonly code: ComposeErrorCode;
  readonly what: string;
  readonly why: string;
  readonly remedy?: string;
}

const codes: Readonly<Record<ImageIncompatibility['kind'], ComposeErrorCode>> = {
  format: 'MOUNT_FORMAT_REFUSED',
  architecture: 'MOUNT_ARCHITECTURE_REFUSED',
  interpreter: 'MOUNT_INTERPRETER_MISSING',
  glibc: 'MOUNT_GLIBC_TOO_NEW',
  library: 'MOUNT_LIBRARY_MISSING',
};

const remedies = {
  otherPlatform: (platform: string) =>
    `use the image for that architecture (platform: ${platform} in the Compose file)`,
  addLibrary: (library: string) => `mount it: libraries: ["path/to/${library}"]`,
};

/** A file that is mounted into a service. */
export interface Binding {
  readonly service: string;
  /** Absolute. */
  readonly source: string;
  /** In the container. */
  readonly path: string;
  /** A library is loaded and not started, so it needs no execute permission. */
  readonly kind: 'program' | 'library';
  /** The task that builds it, as a user types it. Undefined if unknown. */
  readonly builtBy: string | undefined;
  /** Why there is no such task. */
  readonly notBuilt?: string;
}

export interface CheckSubject {
  readonly engine: Engine;
  readonly facts: EngineFacts;
  readonly workspaceRoot: string;
  readonly model: StackModel;
  readonly bindings: readonly Binding[];
  /** Configurations of the stack that may have other mounts. */
  readonly alternatives: readonly string[];
  /** The stack's Compose files, absolute. */
  readonly files: readonly string[];
}

export interface CheckReport {
  /** One line for each passed check. */
  readonly passed: readonly string[];
  readonly refusals: readonly MillwrightError[];
}

/**
 * Checks each mounted file against the image of its service. Starts nothing.
 * @throws MillwrightError IMAGE_MISSING, IMAGE_UNREADABLE, ENGINE_LOST
 */
export async function checkBindings(subject: CheckSubject): Promise<CheckReport> {
  const passed: string[] = [];
  const refusals: Incompatibility[] = [];
  for (const binding of subject.bindings) {
    const found = await checkBinding(binding, subject);
    if (typeof found === 'string') passed.push(found);
    else {
      const location = locationOf(binding.service, subject);
      refusals.push(...found.map((refusal) => ({ ...refusal, location })));
    }
  }
  const distinct = new Map(refusals.map((refusal) => [`${refusal.code} ${refusal.what}`, refusal]));
  return {
    passed,
    refusals: [...distinct.values()].map(({ code, ...problem }) => composeError(code, problem)),
  };
}

/** Returns the location of a service in the stack's Compose files. */
function locationOf(service: string, { files, workspaceRoot }: CheckSubject): FileLocation {
  const { file, line } = locate(`services.${service}`, files);
  return { file: relative(workspaceRoot, file), line };
}

async function checkBinding(binding: Binding, subject: CheckSubject): Promise<string | Incompatibility[]> {
  const { engine, facts, workspaceRoot, model, bindings } = subject;
  const within = relative(workspaceRoot, binding.source);
  const name = within.startsWith('..') ? binding.source : within;
  const source = await readSource(binding, name, subject);
  if (!('object' in source)) return [source];
  const service: ServiceModel = model.services?.[binding.service] ?? {};
  const imageName = imageOf(model, binding.service);
  const image =
    service.build == null
      ? await imageFacts(engine, workspaceRoot, imageName, service.platform)
      : await builtImageFacts(engine, workspaceRoot, imageName);
  if (!image) return `${name} → ${binding.service}: not checked; up checks it after it builds the image`;
  const foreign = source.object.architecture !== objectArchitecture(facts.architecture);
  const emulated =
    foreign && (await canEmulate(engine, facts, source.object.architecture))
      ? [source.object.architecture]
      : [];
  const refusals = checkCompatibility(
    { name, path: binding.path, object: source.object },
    {
      place: `the service ${binding.service}`,
      image,
      engine: facts.architecture,
      emulated,
      addedLibraries: bindings
        .filter((other) => other.service === binding.service && other.kind === 'library')
        .map(({ path }) => path),
      libraryPath: (service.environment?.LD_LIBRARY_PATH ?? '').split(':').filter(isAbsolute),
      remedies,
    },
  );
  if (refusals.length > 0) return refusals.map(({ kind, ...problem }) => ({ code: codes[kind], ...problem }));
  return `${name} → ${binding.service} (${describe(source.object)}${emulated.length > 0 ? ', emulated' : ''}; ${image.name}${image.glibc === undefined ? '' : `, glibc ${image.glibc}`})`;
}

function describe(object: ObjectFile): string {
  const needs =
    object.requiredGlibc === undefined ? (object.libc ?? object.format) : `glibc ${object.requiredGlibc}`;
  return `${object.architecture}, ${object.libc === 'none' ? 'static' : needs}`;
}

async function readSource(
  binding: Binding,
  name: string,
  {
    bindings,
    alternatives,
    workspaceRoot,
  }: Pick<CheckSubject, 'bindings' | 'alternatives' | 'workspaceRoot'>,
): Promise<{ object: ObjectFile } | Incompatibility> {
  const { source, builtBy, notBuilt, service, path } = binding;
  const others =
    alternatives.length === 0 ? '' : `, or run another configuration: ${alternatives.join(', ')}`;
  const remedy = builtBy === undefined ? `create the file${others}` : nxRun(builtBy);
  const found = await stat(source).catch(() => undefined);
  // The problem concerns every service that mounts the file.
  const services = bindings.filter((other) => other.source === source && other.path === path);
  const what = `cannot mount ${name} at ${path} in ${services.map((other) => other.service).join(', ')}`;
  if (!found && notBuilt !== undefined) {
    const why = `the file does not exist, and ${notBuilt}`;
    return { code: 'MOUNT_SOURCE_MISSING', what, why, remedy: 'correct the project or target of the mount' };
  }
  if (!found)
    return {
      code: 'MOUNT_SOURCE_MISSING',
      what,
      why: 'the file does not exist; Docker would create a folder in its place',
      remedy,
    };
  if (found.isDirectory()) {
    const again = builtBy === undefined ? `. ${remedy}` : `, then build the file: ${remedy}`;
    return {
      code: 'MOUNT_SOURCE_IS_FOLDER',
      what,
      why: 'the path is a folder',
      remedy: `remove the folder${again}`,
    };
  }
  if (binding.kind === 'program' && process.platform !== 'win32' && (found.mode & 0o111) === 0) {
    return {
      code: 'MOUNT_NOT_EXECUTABLE',
      what,
      why: `the mode of the file is ${(found.mode & 0o777).toString(8).padStart(4, '0')}, without execute permission`,
      remedy: `chmod +x ${shellWord(name)}`,
    };
  }
  const differing = await differingInputs(workspaceRoot, source);
  if (differing.length > 0) {
    return {
      code: 'CACHE_ENTRY_STALE',
      what,
      why: `the file was built from inputs that differ in this checkout: ${differing.map(nameOfInput).join(', ')}`,
    };
  }
  try {
    return { object: await readObjectFile(source) };
  } catch (error) {
    if (!(error instanceof ObjectFileError)) throw error;
    return {
      code: 'MOUNT_FORMAT_REFUSED',
      what: `${name} cannot run in the service ${service}`,
      why: error.why,
    };
  }
}

/** Returns the default path of a mounted library: a folder that every loader searches. */
export function libraryPath(source: string): string {
  return posix.join('/usr/lib', posix.basename(source));
}

export function absoluteIn(workspaceRoot: string, path: string): string {
  return isAbsolute(path) ? path : join(workspaceRoot, path);
}
