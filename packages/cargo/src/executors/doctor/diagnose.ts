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
import {
  buildFolders,
  installCommand,
  canCheckLibraries,
  machineFiles,
  nameOfNeed,
  unmetNeeds,
} from '../../preflight/preflight.js';
import { lockedPackages } from '../../preflight/locked-packages.js';
import { isMet, needsOf } from '../../preflight/native-libraries.js';
import { unpublishedError } from '../../preflight/prebuilt.js';
import { type UntaggedSource, untaggedSource } from '../../vendored/source-version.js';
import { querySources, unreachableError } from '../../preflight/unreachable.js';
import { cargoConfigFiles, readConfig } from '../../toolchain/cargo-config.js';
import { checkConfiguredLinker, configuredLinker } from '../../toolchain/configured-linker.js';
import { chooseLinker, findLinkerTools, rejectUnlinkableTarget } from '../../toolchain/linkers.js';
import {
  hasStandardLibrary,
  type LocatedToolchains,
  locateToolchains,
  type Toolchain,
  toolchainFor,
} from '../../toolchain/locate.js';
import { checkRustVersion } from '../../toolchain/rust-version.js';
import { explainFailure } from '../../cargo-cli/explain.js';
import { jobsFor } from '../../cargo-cli/jobs.js';
import { cargoMetadata } from '../../cargo-cli/metadata.js';
import { builtPackages } from '../../cargo-cli/unit-graph.js';
import { packageOf } from '../../cargo-cli/packages.js';

/**
 * Checks toolchains, linkers, native libraries, disk space, memory and permissions for the builds of a crate.
 * @param root the Nx workspace's folder, absolute
 * @param project the crate's folder, relative to it
 */
export async function diagnose(
  root: string,
  project: string,
  triples: readonly string[],
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
  const metadata = await attemptAsync('Rust version', () => cargoMetadata(folder, first));
  if ('finding' in metadata) return [...findings, metadata.finding];
  const pkg = packageOf(metadata.value, folder);
  const requirement = { package: pkg.name, rustVersion: pkg.rust_version ?? undefined };
  const version = await attemptAsync('Rust version', () => checkRustVersion(requirement, first, env));
  if ('finding' in version) findings.push(version.finding);
  for (const triple of triples) {
    findings.push(...(await targetFindings(folder, triple, located.value)));
  }
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

async function targetFindings(
  folder: string,
  triple: string,
  located: LocatedToolchains,
): Promise<Finding[]> {
  const { env } = process;
  const own = configuredLinker(triple, env, cargoConfigFiles(folder, env).map(readConfig));
  const configured = own.program !== undefined;
  const tools = findLinkerTools(triple, env);
  const possible = attempt(triple, () => {
    rejectUnlinkableTarget({ triple, configured }, located.candidates[0]?.host ?? triple, tools);
  });
  if ('finding' in possible) return [possible.finding];
  const chosen = attempt(triple, () => toolchainFor(triple, located));
  if ('finding' in chosen) return [chosen.finding];
  const toolchain = chosen.value;
  const buildsStandard = !hasStandardLibrary(toolchain, triple);
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
      : { state: 'ok', what: `linker for ${triple}`, detail: linker.value.description };
  return [library, linked, await nativeFinding(folder, triple, toolchain)];
}

async function nativeFinding(folder: string, triple: string, toolchain: Toolchain): Promise<Finding> {
  const what = `libraries for ${triple}`;
  const metadata = await cargoMetadata(folder, toolchain);
  const args = [
    'build',
    '--release',
    '--package',
    packageOf(metadata, folder).id,
    ...(triple === toolchain.host ? [] : ['--target', triple]),
  ];
  const packages = await builtPackages(toolchain.cargo, args, folder, { RUSTC: toolchain.rustc });
  if (packages === undefined) {
    const unresolved = await resolutionFinding(folder, metadata.workspace_root, toolchain);
    return (
      unresolved ?? { state: 'hint', what, detail: 'not checked: this cargo does not support --unit-graph' }
    );
  }
  const needs = needsOf(packages);
  const locked = lockedPackages(metadata.workspace_root);
  for (const need of needs.filter((one) => !isMet(one, triple, machineFiles(process.env)))) {
    const refusal = unpublishedError(need, locked.get(need.package) ?? '', triple);
    if (refusal)
      return { state: 'missing', what, detail: `${refusal.what}: ${refusal.why}`, remedy: refusal.remedy };
  }
  if (!canCheckLibraries(triple))
    return { state: 'hint', what, detail: 'not checked: the package names are only known for Debian' };
  const unmet = unmetNeeds(needs, triple, machineFiles(process.env));
  if (unmet.length > 0) {
    const detail = unmet.map((need) => `${nameOfNeed(need)} (for ${need.package})`).join(', ');
    return {
      state: 'missing',
      what,
      detail: `${detail} not found`,
      remedy: installCommand(unmet, triple, toolchain.host),
    };
  }
  const names = needs.map(nameOfNeed);
  return { state: 'ok', what, detail: names.length === 0 ? 'none needed' : `${names.join(', ')} found` };
}

/** Returns the reason why cargo cannot resolve or fetch dependencies; undefined if it can. */
async function resolutionFinding(
  folder: string,
  workspace: string,
  { cargo, rustc }: Toolchain,
): Promise<Finding | undefined> {
  const { unreachable, total } = await querySources(workspace, process.env);
  if (unreachable.length > 0) {
    const { what, why, remedy } = unreachableError(unreachable, total, undefined);
    return { state: 'missing', what: 'git sources', detail: `${what}: ${why}`, remedy };
  }
  const args = ['metadata', '--format-version', '1'];
  const result = await run(cargo, args, { cwd: folder, env: { RUSTC: process.env.RUSTC ?? rustc } });
  if (result.exitCode === 0) return undefined;
  const { what, why, remedy } = explainFailure(result.stderr);
  return { state: 'missing', what: 'dependencies', detail: `${what}: ${why}`, remedy };
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
