import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import {
  attempt,
  attemptAsync,
  availableMemory,
  type Finding,
  folderFinding,
  formatCount,
  formatSize,
  onPath,
  optionalProgram,
  run,
} from '@millwright/toolkit';
import { buildFolders } from '../../preflight/preflight.js';
import { type UntaggedSource, untaggedSource } from '../../vendored/source-version.js';
import { configuresStandard } from '../../toolchain/configured-targets.js';
import { cargoConfigFiles, commandFolderOf, readConfig } from '../../toolchain/cargo-config.js';
import {
  checkConfiguredLinker,
  type ConfiguredLinker,
  configuredLinker,
} from '../../toolchain/configured-linker.js';
import { chooseLinker, findLinkerTools, rejectUnlinkableTarget } from '../../toolchain/linkers.js';
import {
  hasStandardLibrary,
  type LocatedToolchains,
  locateToolchains,
  type Toolchain,
  toolchainFor,
} from '../../toolchain/locate.js';
import { checkRustVersion } from '../../toolchain/rust-version.js';
import { jobsFor } from '../../cargo-cli/jobs.js';
import { cargoMetadata } from '../../cargo-cli/metadata.js';
import { packageOf } from '../../cargo-cli/packages.js';
import type { BuildChoices } from './build-choices.js';
import { inferredFindings } from './inferred-findings.js';
import { nativeFinding } from './native-finding.js';

/**
 * Checks toolchains, linkers, native libraries, disk space, memory and permissions for the builds of a crate.
 * @param root the Nx workspace's folder, absolute
 * @param project the crate's folder, relative to it
 * @param choicesFor returns the options of the build for a triple
 */
export async function diagnose(
  root: string,
  project: string,
  triples: readonly string[],
  choicesFor: (triple: string) => BuildChoices,
): Promise<Finding[]> {
  const folder = join(root, project);
  const { env } = process;
  const located = attempt('Rust', () => locateToolchains(folder, env));
  if ('finding' in located) return [located.finding];
  const first = located.value.candidates[0];
  const findings: Finding[] = [];
  for (const candidate of located.value.candidates)
    findings.push(await versionOf(candidate, candidate === first));
  if (first === undefined) return findings;
  const metadata = await attemptAsync('Cargo.toml', () => cargoMetadata(folder, first));
  if ('finding' in metadata) return [...findings, metadata.finding];
  const pkg = packageOf(metadata.value, folder);
  const requirement = { package: pkg.name, rustVersion: pkg.rust_version ?? undefined };
  const version = await attemptAsync('Rust version', () => checkRustVersion(requirement, first, env));
  if ('finding' in version) findings.push(version.finding);
  const runsIn = commandFolderOf(folder, metadata.value.workspace_root);
  for (const triple of triples) {
    findings.push(...(await targetFindings(folder, runsIn, triple, located.value, choicesFor(triple))));
  }
  findings.push(...(await inferredFindings(root, metadata.value.workspace_root, env)));
  const untagged = await untaggedSource(root, folder);
  if (untagged !== undefined) findings.push(untaggedFinding(untagged));
  for (const path of buildFolders(root, metadata.value.target_directory)) findings.push(folderFinding(path));
  return [
    ...findings,
    memoryFinding(),
    optionalProgram('sccache', 'caches compiler output', 'cargo install sccache'),
    optionalProgram('cargo-nextest', 'runs tests in parallel', 'cargo install cargo-nextest'),
  ];
}

async function versionOf({ name, rustc, cargo }: Toolchain, used: boolean): Promise<Finding> {
  const [compiler, builder] = await Promise.all([run(rustc, ['--version']), run(cargo, ['--version'])]);
  const versions = [compiler, builder].map(({ stdout }) => stdout.trim().split(' ').slice(0, 2).join(' '));
  return {
    state: used ? 'ok' : 'hint',
    what: used ? 'Rust' : 'another Rust',
    detail: `${versions.join(', ')} (${name})`,
  };
}

/**
 * @param folder the crate's folder, absolute
 * @param runsIn the folder in which cargo runs, absolute
 */
async function targetFindings(
  folder: string,
  runsIn: string,
  triple: string,
  all: LocatedToolchains,
  choices: BuildChoices,
): Promise<Finding[]> {
  const env = { ...process.env, ...choices.env };
  const chosenToolchain = attempt(triple, () =>
    choices.toolchain === undefined ? all : locateToolchains(folder, env, choices.toolchain),
  );
  if ('finding' in chosenToolchain) return [chosenToolchain.finding];
  const located = chosenToolchain.value;
  const files = cargoConfigFiles(runsIn, env);
  const own = configuredLinker(triple, env, files.map(readConfig));
  const configured = own.program !== undefined;
  const tools = findLinkerTools(triple, env);
  const possible = attempt(triple, () => {
    rejectUnlinkableTarget({ triple, configured }, located.candidates[0]?.host ?? triple, tools);
  });
  if ('finding' in possible) return [possible.finding];
  const chosen = attempt(triple, () => toolchainFor(triple, located));
  if ('finding' in chosen) return [chosen.finding];
  const toolchain = chosen.value;
  const standard = attempt(triple, () => configuresStandard(files.map(readConfig), toolchain));
  if ('finding' in standard) return [standard.finding];
  const buildsStandard = standard.value || !hasStandardLibrary(toolchain, triple);
  const library: Finding = {
    state: 'ok',
    what: triple,
    detail: `the toolchain ${toolchain.name} has ${buildsStandard ? 'the source code of the standard library' : 'the standard library'}`,
  };
  const request = { triple, requested: 'auto', configured, nameHost: false, buildsStandard } as const;
  const linker = attempt(`linker for ${triple}`, () => {
    const choice = chooseLinker(request, toolchain, tools);
    if (choice.strategy === 'configured' || choice.strategy === 'native')
      checkConfiguredLinker(own, (program) => onPath(program, env).length > 0);
    return choice;
  });
  const linked: Finding =
    'finding' in linker
      ? linker.finding
      : {
          state: 'ok',
          what: `linker for ${triple}`,
          detail: `${linker.value.description}${configuredIn(own, triple, files)}`,
        };
  return [library, linked, await nativeFinding(folder, triple, toolchain, choices)];
}

/** Returns the linkers that cargo's configuration sets, and the file that sets them. */
function configuredIn(
  { program, fuseLd }: ConfiguredLinker,
  triple: string,
  files: readonly string[],
): string {
  const names = [program, fuseLd].filter((name) => name !== undefined);
  const file = files.find((path) => {
    const set = configuredLinker(triple, {}, [readConfig(path)]);
    return set.program !== undefined || set.fuseLd !== undefined;
  });
  return names.length === 0 || file === undefined ? '' : `: ${names.join(' and ')}, set in ${file}`;
}

function untaggedFinding({ folder, remedy }: UntaggedSource): Finding {
  const detail = `git describe finds no tag in ${folder}: programs that take their version from Git get none`;
  return { state: 'hint', what: 'version', detail, remedy };
}

function memoryFinding(): Finding {
  const memory = availableMemory();
  const cores = availableParallelism();
  const jobs = jobsFor(cores, memory) ?? cores;
  return {
    state: 'ok',
    what: 'memory',
    detail: `${formatSize(memory)} free, ${formatCount(cores, 'core')}: ${formatCount(jobs, 'job')}`,
  };
}
