import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { MillwrightError } from '@millwright/toolkit';
import type { Engine } from './engine.js';
import { contentsOf, type ImageContents, readImageEntries } from './image-contents.js';

/** An image, as far as programs that are mounted into it are concerned. */
export interface ImageFacts extends ImageContents {
  readonly name: string;
  /** The digest of its configuration: another image has another. */
  readonly id: string;
  readonly os: string;
  /** As Docker names it: amd64, arm64. */
  readonly architecture: string;
}

/** Raised whenever what is read of images changes. */
const cacheVersion = 1;

/** Where images' contents are kept, relative to the Nx workspace. */
const cacheFolder = '.nx/workspace-data/millwright/images';

/**
 * What an image holds, which is pulled where it is not here; read once for each image's id.
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
 * What an image holds that is built on this machine; undefined where it is not yet.
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
  const path = join(workspaceRoot, cacheFolder, `${found.id.replace(':', '-')}.v${cacheVersion}.json`);
  const kept = recall(path);
  if (kept) return { ...kept, ...found };
  const contents = await readContents(engine, found);
  remember(path, contents);
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
  console.log(`pulling ${name}`);
  const args = ['pull', '--quiet', ...(platform === undefined ? [] : ['--platform', platform]), name];
  const { exitCode, stderr } = await engine.run(args);
  const found = exitCode === 0 ? await inspect(engine, name) : undefined;
  if (found) return found;
  throw new MillwrightError('IMAGE_MISSING', {
    what: `the image ${name} does not exist`,
    why: `it is not on this machine, and pulling it failed: ${stderr.trim().split('\n').at(-1) ?? ''}`,
    output: stderr,
  });
}

/** A container that is never started lends its file system. */
async function readContents(engine: Engine, { id, name }: Identity): Promise<ImageContents> {
  const folder = mkdtempSync(join(tmpdir(), 'millwright-image-'));
  const tarFile = join(folder, 'root.tar');
  // Images without a command take one to be created; it is not run.
  const container = (await engine.ask(['create', '--network', 'none', id, '/nothing'])).trim();
  try {
    await engine.ask(['export', '--output', tarFile, container]);
    return contentsOf(await readImageEntries(tarFile));
  } catch (cause) {
    if (cause instanceof MillwrightError) throw cause;
    throw new MillwrightError('IMAGE_UNREADABLE', {
      what: `the contents of ${name} cannot be read`,
      why: cause instanceof Error ? cause.message : String(cause),
      cause,
    });
  } finally {
    await engine.run(['rm', '--force', container]);
    rmSync(folder, { recursive: true, force: true });
  }
}

function recall(path: string): ImageContents | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as ImageContents;
  } catch {
    return undefined;
  }
}

/** What cannot be kept is read again next time. */
function remember(path: string, contents: ImageContents): void {
  const temporary = `${path}.${process.pid}`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(temporary, JSON.stringify(contents));
    renameSync(temporary, path);
  } catch {
    rmSync(temporary, { force: true });
  }
}
