import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { MillwrightError } from '@millwright/toolkit';
import { goTooOld } from '../../toolchain/go-too-old.js';
import { type GoResult, runGo } from './toolchain.js';

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
 * @throws MillwrightError GENERATOR_UNAVAILABLE, GO_TOO_OLD, GO_TOOLCHAIN_MISSING
 */
export async function installTool(tool: GoTool, goVersion: string): Promise<string> {
  const folder = join(toolsFolder(), `${tool.module.replaceAll('/', '+')}@${tool.version}-${goVersion}`);
  const name = `${tool.package.split('/').at(-1) ?? ''}${process.platform === 'win32' ? '.exe' : ''}`;
  const program = join(folder, name);
  if (existsSync(program)) return program;
  await mkdir(dirname(folder), { recursive: true });
  const staging = await mkdtemp(`${folder}.`);
  try {
    await build(tool, staging, join(staging, name));
    // Whoever else installed it meanwhile installed the same.
    await rename(staging, folder).catch((error: unknown) => {
      if (!existsSync(program)) throw error;
    });
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
  return program;
}

function toolsFolder(): string {
  return join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'millwright', 'go-tools');
}

/** Nothing that the project or the user set for builds of their own may change what runs here. */
const isolated = { GOFLAGS: '', GOWORK: 'off', GOOS: undefined, GOARCH: undefined, GO111MODULE: undefined };

async function build(tool: GoTool, staging: string, program: string): Promise<void> {
  const target = `${tool.package}@${tool.version}`;
  const installed = await runGo(['install', target], staging, { ...isolated, GOBIN: staging });
  if (installed.exitCode === 0 && existsSync(program)) return;
  // Some module proxies serve versions but no lists of them, which "go install" asks for.
  const built = await buildAsDependency(tool, staging, program);
  if (built.exitCode === 0 && existsSync(program)) return;
  const lines = installed.stderr
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('go: downloading'));
  throw (
    goTooOld(installed.stderr) ??
    new MillwrightError('GENERATOR_UNAVAILABLE', {
      what: `go install ${target} failed`,
      why: lines.slice(0, 3).join(' ') || 'it wrote no program',
      output: installed.stderr,
    })
  );
}

async function buildAsDependency(tool: GoTool, staging: string, program: string): Promise<GoResult> {
  const folder = await mkdtemp(join(staging, 'module-'));
  await writeFile(join(folder, 'go.mod'), `module tool\n\nrequire ${tool.module} ${tool.version}\n`);
  const result = await runGo(['build', '-mod=mod', '-o', program, tool.package], folder, isolated);
  await rm(folder, { recursive: true, force: true });
  return result;
}
