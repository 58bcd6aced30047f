import { existsSync } from 'node:fs';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { cacheFolder, foldersAbove, namesInDotEnv, temporaryFolder } from '@millwright/toolkit';
import { goError } from '../../errors.js';
import { goTooOld } from '../../toolchain/go-too-old.js';
import { type GoResult, captureGo } from './toolchain.js';

/** A program written in Go. */
export interface GoTool {
  readonly module: string;
  /** The main package. */
  readonly package: string;
  /** A module version, for example `v2.8.0`. */
  readonly version: string;
}

/**
 * Installs a tool in the user's cache folder, once per version of the tool and of Go, and returns the
 * program.
 * @param goVersion the version of Go that builds it
 * @param project the folder of the project that needs the tool; variables in its `.env` files do not affect
 * the tool
 * @throws MillwrightError GENERATOR_UNAVAILABLE, GO_TOO_OLD, GO_TOOLCHAIN_MISSING,
 * TEMPORARY_FOLDER_UNUSABLE
 */
export async function installTool(tool: GoTool, goVersion: string, project: string): Promise<string> {
  const unset = withoutDotEnvVariables(project);
  const folder = join(
    cacheFolder({ ...process.env, ...unset }),
    'go-tools',
    `${tool.module.replaceAll('/', '+')}@${tool.version}-${goVersion}`,
  );
  const name = `${tool.package.split('/').at(-1) ?? ''}${process.platform === 'win32' ? '.exe' : ''}`;
  const program = join(folder, name);
  if (existsSync(program)) return program;
  const staging = temporaryFolder('install', dirname(folder));
  try {
    await build(tool, staging, join(staging, name), { ...unset, ...isolated });
    // If another process installed it in the meantime, the result is the same.
    await rename(staging, folder).catch((error: unknown) => {
      if (!existsSync(program)) throw error;
    });
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
  return program;
}

/** Unsets variables that the project or the user set for their own builds. */
const isolated = { GOFLAGS: '', GOWORK: 'off', GOOS: undefined, GOARCH: undefined, GO111MODULE: undefined };

/**
 * Unsets the variables of the project's `.env` files. All workspaces of the user share the tool, so a file
 * in one of them must not choose its location, or disable the verification of downloads (GOSUMDB,
 * GONOSUMDB, GOPRIVATE). A proxy (GOPROXY) is harmless while verification is on.
 */
function withoutDotEnvVariables(project: string): Record<string, undefined> {
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
  // Some module proxies serve versions but no version lists, which "go install" requests.
  const built = await buildAsDependency(tool, staging, program, env);
  if (built.exitCode === 0 && existsSync(program)) return;
  const lines = installed.stderr
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('go: downloading'));
  throw (
    goTooOld(installed.stderr) ??
    goError('GENERATOR_UNAVAILABLE', {
      what: `go install ${target} failed`,
      why: lines.slice(0, 3).join(' ') || 'it installed no program',
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
