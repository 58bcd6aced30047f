import { rm } from 'node:fs/promises';
import { join, posix, relative, sep } from 'node:path';
import {
  builderOf,
  deliverArtifact,
  type PlacedArtifact,
  refreshChecksums,
  type UnitsRecord,
} from '@millwright/artifacts';
import {
  type Environment,
  formatCount,
  formatSeconds,
  formatSize,
  gitRevision,
  type InputsRecord,
  type PlatformInfo,
  print,
  type ProcessUsage,
  run,
  temporaryFolder,
  UsageMeter,
} from '@millwright/toolkit';
import { chooseCCompiler } from '../../toolchain/c-compiler.js';
import { explainFailure } from '../../go-cli/explain.js';
import { moduleSubjectAt, type ModuleSubject } from '../../go-cli/module.js';
import { withNativeInputs } from '../../go-cli/native-inputs.js';
import { linkedUnits } from '../../go-cli/linked-units.js';
import { buildArguments, buildFlags, platformVariables } from './arguments.js';
import { programsFor } from './programs.js';
import type { GoBuildOptions } from './schema.js';

/** The location of a module and the project that its programs belong to. */
export interface BuildPlace {
  /** The absolute path of the workspace, which contains `artifacts/`. */
  readonly root: string;
  /** The absolute path of the folder with the module's go.mod. */
  readonly folder: string;
  /** The project recorded for the programs. */
  readonly project: string;
  /** Returns true if the workspace has a project of this name. */
  readonly isProject: (name: string) => boolean;
  /** The Nx task, such as `client:build-linux-amd64:release`; undefined without Nx. */
  readonly task: string | undefined;
}

/**
 * Observes undeclared inputs of a build, from before the first program is built.
 * @returns a function that creates the record after all programs are built
 */
export type InputObserver = (subject: ModuleSubject) => Promise<() => Promise<InputsRecord>>;

/**
 * Builds the programs of a module for one platform, checks each, and places it with its side files.
 * @throws MillwrightError with a known cause of go's failure, or as `deliverArtifact`
 */
export async function buildPrograms(
  options: GoBuildOptions,
  platform: PlatformInfo,
  place: BuildPlace,
  observe?: InputObserver,
): Promise<readonly PlacedArtifact[]> {
  const programs = programsFor(options, place.folder, platform, place.root);
  const subject = await buildSubject(options, platform, place);
  const stage = temporaryFolder('go');
  try {
    const record = await observe?.(subject);
    const facts = { revision: await gitRevision(subject.folder), go: await goVersion(subject) };
    const builds: (Built & Pick<DeliveryFacts, 'file' | 'pkg' | 'units'>)[] = [];
    for (const [name, pkg] of programs) {
      const file = `${name}${platform.goos === 'windows' ? '.exe' : ''}`;
      const label = `${name} for ${platform.platform}`;
      const program = { flags: buildFlags(options), pkg, platform: platform.platform, toolchain: facts.go };
      // Runs while go compiles.
      const listing = linkedUnits(subject, program, place.root);
      const built = await buildProgram(subject, options, join(stage, file), pkg, label);
      builds.push({ ...built, file, pkg, units: await listing });
    }
    // All programs share one record, because Nx caches them under one hash.
    const inputs = await record?.();
    const all: PlacedArtifact[] = [];
    for (const built of builds) {
      const placed = await deliver({ ...facts, ...built, inputs }, options, platform, place);
      print(`${relative(place.root, placed.path)}  ${formatSize(placed.size)}  sha256 ${placed.sha256}`);
      all.push(placed);
    }
    await refreshChecksums(place.root);
    return all;
  } finally {
    await rm(stage, { recursive: true, force: true });
  }
}

async function buildSubject(
  options: GoBuildOptions,
  platform: PlatformInfo,
  { folder, root }: BuildPlace,
): Promise<ModuleSubject> {
  const env: Environment = { ...process.env, ...options.env };
  const compiler = options.cgo ? chooseCCompiler(platform.platform, options.glibc, env) : undefined;
  if (compiler) print(compiler.description);
  const subject = moduleSubjectAt(folder, root, {
    ...platformVariables(platform, options.cgo),
    ...compiler?.env,
    ...options.env,
  });
  return withNativeInputs(subject, options.nativeFiles, root, options.cgo);
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
          print(
            `${label}: ${formatCount(compiled, 'package')}, ${formatSeconds((performance.now() - started) / 1000)}`,
          );
        } else {
          log.push(line);
          console.error(line);
        }
      },
    });
    const withoutCgo = options.cgo ? undefined : folder;
    if (result.exitCode !== 0) throw explainFailure('go build', log.join('\n'), result, withoutCgo);
    const usage = meter?.usage();
    const took = formatSeconds(result.milliseconds / 1000);
    print(`${label}: built (${formatCount(compiled, 'package')} compiled, ${took})`);
    return { source: output, compiled, milliseconds: result.milliseconds, usage };
  } finally {
    meter?.[Symbol.dispose]();
  }
}

/** The time between two progress lines, in milliseconds. */
const progressInterval = 5_000;

/** Returns true for a line on which `go build -v` prints a package path. */
function isPackage(line: string): boolean {
  return /^[\w.~-]+(\/[\w.~+-]+)*$/.test(line);
}

/**
 * Returns the version that runs in the module's folder. GOTOOLCHAIN can select another one than the
 * installed version.
 */
async function goVersion({ go, folder, env }: ModuleSubject): Promise<string> {
  const { stdout, stderr, exitCode, signal } = await run(go, ['env', 'GOVERSION'], { cwd: folder, env });
  if (exitCode !== 0) throw explainFailure('go env', stderr, { exitCode, signal });
  return stdout.trim();
}

interface DeliveryFacts extends Built {
  readonly revision: string | undefined;
  readonly go: string;
  readonly file: string;
  readonly pkg: string;
  readonly inputs: InputsRecord | undefined;
  readonly units: UnitsRecord | undefined;
}

/** Checks a program and places it with its side files. @throws MillwrightError ARTIFACT_REFUSED */
async function deliver(
  { source, file, pkg, inputs, units, revision, go, compiled, milliseconds, usage }: DeliveryFacts,
  options: GoBuildOptions,
  platform: PlatformInfo,
  { root, folder, project, isProject, task }: BuildPlace,
): Promise<PlacedArtifact> {
  return deliverArtifact({
    source,
    name: file,
    target: platform.platform,
    configuration: options.profile,
    outputPath: options.outputPath,
    expected: {
      architecture: platform.objectArchitecture,
      format: platform.goos === 'windows' ? 'pe' : platform.goos === 'darwin' ? 'mach-o' : 'elf',
      libc: undefined,
      glibc: options.glibc,
    },
    workspaceRoot: root,
    project,
    isProject,
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
    inputs,
    units,
    provenance: {
      tool: 'go',
      task,
      folder: relative(root, folder).split(sep).join(posix.sep) || '.',
      options,
      builder: builderOf(process.env),
    },
  });
}
