import { constants } from 'node:fs';
import { chmod, copyFile, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { sideFilesOf } from '@millwright/artifacts';
import {
  type Platform,
  platformInfo,
  platformSlug,
  readText,
  statOf,
  temporaryBeside,
} from '@millwright/toolkit';
import { componentError } from '../errors.js';
import type { BuiltProgram } from './program.js';

/** A program in the folder of a built component. */
export interface PackagedProgram {
  readonly platform: Platform;
  /** Relative to the folder, with forward slashes. */
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /** In lower-case hexadecimal. */
  readonly sha256: string;
}

/** The content of `metadata/build-info.json`. It depends only on what was built. */
export interface BuildInfo {
  readonly component: {
    readonly name: string;
    readonly namespace: string | null;
    readonly version: string | null;
    readonly type: string;
  };
  readonly language: string;
  readonly programs: readonly (PackagedProgram & {
    /** The content of the `.version` file: toolchain, revision, profile. */
    readonly build: unknown;
  })[];
}

const infoPath = join('metadata', 'build-info.json');

/** Returns the name of a program in `binaries/`, as `millwright install` reads it. */
export function binaryName(name: string, platform: Platform): string {
  return `${name}-${platformSlug(platform)}${platformInfo(platform).goos === 'windows' ? '.exe' : ''}`;
}

/**
 * Writes the folder of a built component: `binaries/`, `metadata/component.yaml` and `metadata/build-info.json`. It replaces
 * an earlier one only when it is complete.
 * @param output the absolute path of the folder
 * @param source the text of component.yaml
 * @throws MillwrightError COMPONENT_OUTPUT_OCCUPIED; Error of the system if the folder cannot be written
 */
export async function writePackageFolder(
  output: string,
  source: string,
  facts: Omit<BuildInfo, 'programs'>,
  programs: readonly BuiltProgram[],
): Promise<readonly PackagedProgram[]> {
  await checkReplaceable(output);
  await mkdir(dirname(output), { recursive: true });
  const staged = temporaryBeside(output);
  try {
    await mkdir(join(staged, 'binaries'), { recursive: true });
    await mkdir(join(staged, 'metadata'));
    const packaged: PackagedProgram[] = [];
    for (const { platform, path, size, sha256 } of programs) {
      const relative = `binaries/${binaryName(facts.component.name, platform)}`;
      await copyFile(path, join(staged, relative), constants.COPYFILE_FICLONE);
      await chmod(join(staged, relative), 0o755);
      packaged.push({ platform, path: relative, size, sha256 });
    }
    const info: BuildInfo = {
      ...facts,
      programs: packaged.map((one, index) => ({ ...one, build: versionOf(programs[index]?.path ?? '') })),
    };
    await writeFile(join(staged, 'metadata/component.yaml'), source);
    await writeFile(join(staged, infoPath), `${JSON.stringify(info, null, 2)}\n`);
    const replaced = `${staged}.old`;
    const isReplacing = statOf(output) !== undefined;
    if (isReplacing) await rename(output, replaced);
    await rename(staged, output);
    if (isReplacing) await rm(replaced, { recursive: true, force: true });
    return packaged;
  } finally {
    await rm(staged, { recursive: true, force: true });
  }
}

/** @throws MillwrightError COMPONENT_OUTPUT_OCCUPIED */
export async function checkReplaceable(output: string): Promise<void> {
  const found = statOf(output);
  if (found === undefined || statOf(join(output, infoPath))?.isFile()) return;
  const isEmpty = found.isDirectory() && (await readdir(output)).length === 0;
  if (isEmpty) return;
  throw componentError('COMPONENT_OUTPUT_OCCUPIED', {
    what: `cannot write the component to ${output}`,
    why: found.isDirectory() ? `it has no ${infoPath}, so it is not a built component` : 'it is not a folder',
  });
}

function versionOf(program: string): unknown {
  const text = readText(sideFilesOf(program).version);
  return text === undefined ? null : JSON.parse(text);
}
