import { join } from 'node:path';
import {
  contentsOf,
  type ImageContents,
  type ImageEntries,
  readImageEntries,
  type RuntimeImage,
} from '@millwright/artifacts/image-check';
import {
  lastLine,
  MillwrightError,
  print,
  type Problem,
  readState,
  type StateFormat,
  workspaceDataFolder,
  writeState,
  shellWord,
} from '@millwright/toolkit';
import { z } from 'zod';
import { composeError } from '../errors.js';
import type { Engine, EngineName } from './engine.js';
import { type ProcessIdentity, thisProcess } from '@millwright/toolkit/reaper';

/** The properties of an image that matter for mounted programs. */
export interface ImageFacts extends RuntimeImage {
  /** The digest of the image's configuration, which identifies the image. */
  readonly id: string;
  readonly os: string;
}

const texts = z.array(z.string()).readonly();

/** The cache format of an image's contents. Increase the version whenever `ImageContents` changes. */
const contentsFormat: Omit<StateFormat<z.ZodType<ImageContents>>, 'name'> = {
  version: 2,
  schema: z.strictObject({
    loaders: texts,
    libraries: z.array(z.strictObject({ folder: z.string(), names: texts })).readonly(),
    glibc: z.string().optional(),
    musl: z.boolean(),
    // The schema omits a key where the type has undefined.
  }) as z.ZodType<ImageContents>,
};

/**
 * Returns the properties of an image. Pulls the image if it is missing, and reads its contents once per
 * image ID.
 * @throws MillwrightError IMAGE_MISSING, IMAGE_UNREADABLE, ENGINE_LOST
 */
export async function imageFacts(
  engine: Engine,
  workspaceRoot: string,
  name: string,
  platform?: string,
): Promise<ImageFacts> {
  const found = (await inspect(engine, name)) ?? (await pull(engine, name, platform));
  return factsOf(engine, workspaceRoot, found);
}

/**
 * Returns the properties of an image that Compose builds, or undefined if it is not built yet.
 * @throws MillwrightError IMAGE_UNREADABLE, ENGINE_LOST
 */
export async function builtImageFacts(
  engine: Engine,
  workspaceRoot: string,
  name: string,
): Promise<ImageFacts | undefined> {
  const found = await inspect(engine, name);
  return found && factsOf(engine, workspaceRoot, found);
}

async function factsOf(engine: Engine, workspaceRoot: string, found: Identity): Promise<ImageFacts> {
  const path = join(workspaceDataFolder(workspaceRoot), 'images', `${found.id.replace(':', '-')}.json`);
  const cached = readState(path, contentsFormat);
  if (cached) return { ...cached, ...found };
  const contents = await readContents(engine, found);
  writeState(path, contentsFormat, contents);
  return { ...contents, ...found };
}

type Identity = Pick<ImageFacts, 'name' | 'id' | 'os' | 'architecture'>;

async function inspect(engine: Engine, name: string): Promise<Identity | undefined> {
  const format = '{{.Id}} {{.Os}} {{.Architecture}}';
  const { exitCode, stdout, stderr } = await engine.run(['image', 'inspect', '--format', format, name]);
  if (exitCode === 0) {
    const [id = '', os = '', architecture = ''] = stdout.trim().split(' ');
    return { name, id, os, architecture };
  }
  if (/no such image|image not known|not found/i.test(stderr)) return undefined;
  throw await engine.failure(`the image ${name} cannot be inspected`, stderr);
}

async function pull(engine: Engine, name: string, platform: string | undefined): Promise<Identity> {
  print(`pulling ${name}`);
  const args = ['pull', '--quiet', ...(platform === undefined ? [] : ['--platform', platform]), name];
  const { exitCode, stderr } = await engine.run(args);
  const found = exitCode === 0 ? await inspect(engine, name) : undefined;
  if (found) return found;
  throw composeError('IMAGE_MISSING', pullProblem(engine.name, name, stderr));
}

/** Registry errors for an image that does not exist or that the user cannot access. */
const absent = /not found|manifest unknown|does not exist|access denied|unauthorized|denied:/i;

/** Explains why a pull failed: the registry does not have the image, or it did not answer. */
export function pullProblem(engine: EngineName, name: string, stderr: string): Problem {
  const reported = lastLine(stderr);
  if (absent.test(stderr) && !isNetworkFailure(stderr)) {
    return {
      what: `the image ${name} does not exist or requires a login`,
      why: `the image is not available locally, and pulling it failed: ${reported}`,
      output: stderr,
    };
  }
  return {
    what: `cannot pull the image ${name}, which is not available locally`,
    why: reported,
    remedy: `check the network and the proxy of the engine, then pull the image: ${engine} pull ${shellWord(name)}`,
    output: stderr,
  };
}

function isNetworkFailure(output: string): boolean {
  return /no such host|server misbehaving|i\/o timeout|deadline exceeded|connection (?:refused|reset)|unreachable|TLS handshake|x509|lookup \S+/i.test(
    output,
  );
}

/**
 * Returns the label of the containers that a process creates to inspect images. Its reaper removes
 * containers by it.
 */
export function inspectionLabel({ pid, startedAt }: ProcessIdentity): string {
  return `dev.millwright.inspection=${pid}.${startedAt ?? ''}`;
}

/** Reads the file system of an image through a container that is created but never started. */
async function readContents(engine: Engine, { id, name }: Identity): Promise<ImageContents> {
  // An image without a command requires one for `create`. It is not run.
  const flags = ['--network', 'none', '--label', inspectionLabel(thisProcess())];
  const container = (await engine.ask(['create', ...flags, id, '/nothing'])).trim();
  try {
    let entries: ImageEntries | undefined;
    const { exitCode, stderr } = await engine.run(['export', container], {
      readStdout: async (tar) => {
        entries = await readImageEntries(tar);
      },
    });
    if (exitCode !== 0 || entries === undefined)
      throw await engine.failure(`${engine.name} export failed`, stderr);
    return contentsOf(entries);
  } catch (cause) {
    if (cause instanceof MillwrightError) throw cause;
    if (!(await engine.answers())) throw await engine.failure(`${engine.name} export failed`, '');
    throw composeError('IMAGE_UNREADABLE', {
      what: `the contents of ${name} cannot be read`,
      why: cause instanceof Error ? cause.message : String(cause),
      cause,
    });
  } finally {
    await engine.run(['rm', '--force', container]);
  }
}
