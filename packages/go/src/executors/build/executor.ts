import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { artifactPath, type PlacedArtifact, placeArtifact, refreshChecksums } from '@millwright/artifacts';
import {
  type Environment,
  formatSeconds,
  formatSize,
  gitRevision,
  hostPlatform,
  MillwrightError,
  parseOptions,
  platformInfo,
  type PlatformInfo,
  type ProcessUsage,
  readObjectFile,
  refusal,
  run,
  UsageMeter,
  runExecutor,
} from '@millwright/toolkit';
import { chooseCCompiler } from '../../toolchain/c-compiler.js';
import { explainFailure } from '../command/explain.js';
import { moduleSubject, type ModuleSubject } from '../command/module.js';
import { withNativeInputs } from '../command/native-inputs.js';
import { buildArguments, platformVariables } from './arguments.js';
import { type GoBuildOptions, schema } from './schema.js';

/** Builds the programs of a Go module for one platform. */
export default function build(options: unknown, context: ExecutorContext): Promise<{ success: boolean }> {
  return runExecutor(async () => {
    const parsed = parseOptions(schema, options, '@millwright/go:build');
    const platform = platformInfo(parsed.platform ?? hostPlatform().platform);
    const subject = await buildSubject(parsed, platform, context);
    const stage = await mkdtemp(join(tmpdir(), 'millwright-go-'));
    try {
      const facts = { revision: await gitRevision(subject.folder), go: await goVersion(subject) };
      for (const [name, pkg] of Object.entries(parsed.packages)) {
        const file = `${name}${platform.goos === 'windows' ? '.exe' : ''}`;
        const built = await buildProgram(
          subject,
          parsed,
          join(stage, file),
          pkg,
          `${name} for ${platform.platform}`,
        );
        const placed = await handOver({ ...facts, ...built, file, pkg }, parsed, platform, context.root);
        const path = relative(context.root, placed.path);
        console.log(`${path}  ${formatSize(placed.size)}  sha256 ${placed.sha256}`);
      }
      await refreshChecksums(context.root);
      return true;
    } finally {
      await rm(stage, { recursive: true, force: true });
    }
  });
}

async function buildSubject(
  options: GoBuildOptions,
  platform: PlatformInfo,
  context: ExecutorContext,
): Promise<ModuleSubject> {
  const env: Environment = { ...process.env, ...options.env };
  const compiler = options.cgo ? chooseCCompiler(platform.platform, options.glibc, env) : undefined;
  if (compiler) console.log(compiler.description);
  const subject = moduleSubject(context, {
    ...platformVariables(platform, options.cgo),
    ...compiler?.env,
    ...options.env,
  });
  return options.cgo ? withNativeInputs(subject, options.nativeFiles, context.root) : subject;
}

interface Built {
  readonly source: string;
  readonly compiled: number;
  readonly milliseconds: number;
  readonly usage: ProcessUsage | undefined;
}

async function buildProgram(
  { go, folder, env }: ModuleSubject,
  options: GoBuildOptions,
  output: string,
  pkg: string,
  label: string,
): Promise<Built> {
  const log: string[] = [];
  let compiled = 0;
  let shown = Date.now();
  let meter: UsageMeter | undefined;
  const started = performance.now();
  try {
    const result = await run(go, buildArguments(options, output, pkg), {
      cwd: folder,
      env,
      onStart: (pid) => {
        meter = new UsageMeter(pid);
      },
      onStderr: (line) => {
        if (isPackage(line)) {
          compiled += 1;
          if (Date.now() - shown < progressInterval) return;
          shown = Date.now();
          console.log(
            `${label}: ${compiled} packages, ${formatSeconds((performance.now() - started) / 1000)}`,
          );
        } else {
          log.push(line);
          console.error(line);
        }
      },
    });
    if (result.exitCode !== 0) throw explainFailure('go build', log.join('\n'), result);
    const usage = meter?.usage();
    const took = formatSeconds(result.milliseconds / 1000);
    console.log(`${label}: built (${compiled} ${compiled === 1 ? 'package' : 'packages'} compiled, ${took})`);
    return { source: output, compiled, milliseconds: result.milliseconds, usage };
  } finally {
    meter?.[Symbol.dispose]();
  }
}

/** Time between two lines of progress, in milliseconds. */
const progressInterval = 5_000;

/** With -v go prints the path of each package on a line of its own. */
function isPackage(line: string): boolean {
  return /^[\w.~-]+(\/[\w.~+-]+)*$/.test(line);
}

/** The version that runs in the module's folder, which may be another than the one installed (GOTOOLCHAIN). */
async function goVersion({ go, folder, env }: ModuleSubject): Promise<string> {
  const { stdout, stderr, exitCode, signal } = await run(go, ['env', 'GOVERSION'], { cwd: folder, env });
  if (exitCode !== 0) throw explainFailure('go env', stderr, { exitCode, signal });
  return stdout.trim();
}

interface HandOverFacts extends Built {
  readonly revision: string | undefined;
  readonly go: string;
  readonly file: string;
  readonly pkg: string;
}

/** Checks a program and moves it to its place, with its side files. @throws MillwrightError ARTIFACT_REFUSED */
async function handOver(
  { source, file, pkg, revision, go, compiled, milliseconds, usage }: HandOverFacts,
  options: GoBuildOptions,
  platform: PlatformInfo,
  root: string,
): Promise<PlacedArtifact> {
  const why = refusal(await readObjectFile(source), {
    architecture: platform.objectArchitecture,
    format: platform.goos === 'windows' ? 'pe' : platform.goos === 'darwin' ? 'mach-o' : 'elf',
    libc: undefined,
    glibc: options.glibc,
  });
  if (why !== undefined) {
    throw new MillwrightError('ARTIFACT_REFUSED', {
      what: `${file} cannot run on ${platform.platform}`,
      why,
    });
  }
  const destination =
    options.outputPath === undefined
      ? artifactPath({ target: platform.platform, configuration: options.profile, name: file })
      : join(options.outputPath, file);
  return placeArtifact({
    source,
    destination: join(root, destination),
    version: {
      package: pkg,
      revision: revision ?? null,
      platform: platform.platform,
      profile: options.profile,
      tags: [...options.tags].sort(),
      cgo: options.cgo,
      toolchain: go,
    },
    metrics: {
      wallMilliseconds: Math.round(milliseconds),
      cpuMilliseconds: usage?.cpuTime ?? null,
      peakMemoryBytes: usage?.peakMemory ?? null,
      packagesCompiled: compiled,
    },
  });
}
