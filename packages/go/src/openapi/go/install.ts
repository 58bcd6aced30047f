import { existsSync } from 'node:fs';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cacheFolder, foldersAbove, namesInDotEnv, temporaryFolder } from '@millwright/toolkit';
import { goError } from '../../errors.js';
import { goTooOld } from '../../toolchain/go-too-old.js';
import { type GoResult, captureGo } from './toolchain.js';

/** A program that is written in Go. */
export interface GoTool {
  readonly module: string;
  /** The package of its main function. */
  readonly package: string;
  /** As a module's versions are written: `v2.8.0`. */
  readonly version: string;
}

/**
 * The program of a tool, installed once for each version of it and of Go, in the user's cache folder.
 * @param goVersion the Go that builds it
 * @param project the folder of the project that needs it: what its `.env` files set has no part in the tool
 * @throws MillwrightError GENERATOR_UNAVAILABLE, GO_TOO_OLD, GO_TOOLCHAIN_MISSING, TEMPORARY_FOLDER_UNUSABLE
 */
export async function installTool(tool: GoTool, goVersion: string, project: string): Promise<string> {
  const ofFiles = withoutVariablesOfFiles(project);
  const folder = join(
    cacheFolder({ ...process.env, ...ofFiles }),
    'go-tools',
    `${tool.module.replaceAll('/', '+')}@${tool.version}-${goVersion}`,
  );
  const name = `${tool.package.split('/').at(-1) ?? ''}${process.platform === 'win32' ? '.exe' : ''}`;
  const program = join(folder, name);
  if (existsSync(program)) return program;
  const staging = temporaryFolder('install', dirname(folder));
  try {
    await build(tool, staging, join(staging, name), { ...ofFiles, ...isolated });
    // Whoever else installed it meanwhile installed the same.
    await rename(staging, folder).catch((error: unknown) => {
      if (!existsSync(program)) throw error;
    });
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
  return program;
}

/** Nothing that the project or the user set for builds of their own may change what runs here. */
const isolated = { GOFLAGS: '', GOWORK: 'off', GOOS: undefined, GOARCH: undefined, GO111MODULE: undefined };

/**
 * The tool is kept for all workspaces of the user, so that no file of one of them may choose where it is kept, or switch
 * off the check of what is downloaded (GOSUMDB, GONOSUMDB, GOPRIVATE). A proxy is harmless while that is on.
 */
function withoutVariablesOfFiles(project: string): Record<string, undefined> {
  const names = [...namesInDotEnv(foldersAbove(project))].filter(
    (name) => name !== 'PATH' && name !== 'GOPROXY',
  );
  return Object.fromEntries(names.map((name) => [name, undefined]));
}

type Changes = Readonly<Record<string, string | undefined>>;

async function build(tool: GoTool, staging: string, program: string, env: Changes): Promise<void> {
  const target = `${tool.package}@${tool.version}`;
  const installed = await captureGo(['install', target], staging, { ...env, GOBIN: staging });
  if (installed.exitCode === 0 && existsSync(program)) return;
  // Some module proxies serve versions but no lists of them, which "go install" asks for.
  const built = await buildAsDependency(tool, staging, program, env);
  if (built.exitCode === 0 && existsSync(program)) return;
  const lines = installed.stderr
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('go: downloading'));
  throw (
    goTooOld(installed.stderr) ??
    goError('GENERATOR_UNAVAILABLE', {
      what: `go install ${target} failed`,
      why: lines.slice(0, 3).join(' ') || 'it wrote no program',
      output: installed.stderr,
    })
  );
}

async function buildAsDependency(
  tool: GoTool,
  staging: string,
  program: string,
  env: Changes,
): Promise<GoResult> {
  const folder = await mkdtemp(join(staging, 'module-'));
  await writeFile(join(folder, 'go.mod'), `module tool\n\nrequire ${tool.module} ${tool.version}\n`);
  const result = await captureGo(['build', '-mod=mod', '-o', program, tool.package], folder, env);
  await rm(folder, { recursive: true, force: true });
  return result;
}
