import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { availableMemory, MillwrightError, onPath, run } from '@millwright/toolkit';
import {
  buildFolders,
  checkFolder,
  formatMebibytes,
  installCommand,
  isJudged,
  machineFiles,
  nameOfNeed,
  unmetNeeds,
} from '../../preflight/preflight.js';
import { folderState } from '../../preflight/folders.js';
import { lockedPackages } from '../../preflight/locked-packages.js';
import { isMet, needsOf } from '../../preflight/native-libraries.js';
import { unpublished } from '../../preflight/prebuilt.js';
import { askSources, unreachableError } from '../../preflight/unreachable.js';
import { cargoConfigFiles, readConfig } from '../../toolchain/cargo-config.js';
import { checkConfiguredLinker, configuredLinker } from '../../toolchain/configured-linker.js';
import { chooseLinker, findLinkerTools } from '../../toolchain/linkers.js';
import {
  hasStandardLibrary,
  type LocatedToolchains,
  locateToolchains,
  type Toolchain,
  toolchainFor,
} from '../../toolchain/locate.js';
import { jobsFor } from '../cargo-cross/jobs.js';
import { cargoMetadata } from '../cargo-cross/metadata.js';
import { packageOf } from '../cargo-cross/request.js';
import { builtPackages } from '../cargo-cross/unit-graph.js';

/** One thing that was looked at. */
export interface Finding {
  readonly state: 'ok' | 'hint' | 'missing';
  readonly what: string;
  readonly detail: string;
  /** The command that mends it. */
  readonly remedy?: string;
}

/**
 * Looks at toolchains, linkers, native libraries, room, memory and permissions for the builds of a crate.
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
  for (const triple of triples) {
    for (const finding of await targetFindings(folder, triple, located.value)) {
      // What holds for every triple is said once.
      if (!findings.some(({ what, detail }) => what === finding.what && detail === finding.detail))
        findings.push(finding);
    }
  }
  if (first) {
    const { target_directory: target } = await cargoMetadata(folder, first);
    for (const path of buildFolders(root, target)) findings.push(folderFinding(path));
  }
  return [
    ...findings,
    memoryFinding(),
    ...optional('sccache', 'compiles what it has seen before from a cache', 'cargo install sccache'),
    ...optional('cargo-nextest', 'runs tests in parallel', 'cargo install cargo-nextest'),
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
  const chosen = attempt(triple, () => toolchainFor(triple, located));
  if ('finding' in chosen) return [chosen.finding];
  const toolchain = chosen.value;
  const buildsStandard = !hasStandardLibrary(toolchain, triple);
  const library: Finding = {
    state: 'ok',
    what: triple,
    detail: `${toolchain.name} has its standard library${buildsStandard ? "'s sources" : ''}`,
  };
  const { env } = process;
  const own = configuredLinker(triple, env, cargoConfigFiles(folder, env).map(readConfig));
  const configured = own.program !== undefined;
  const request = { triple, wanted: 'auto', configured, nameHost: false, buildsStandard } as const;
  const linker = attempt(`linker for ${triple}`, () => {
    const choice = chooseLinker(request, toolchain, findLinkerTools(triple, env));
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
    const { unreachable, total } = await askSources(metadata.workspace_root, process.env);
    if (unreachable.length === 0)
      return { state: 'hint', what, detail: 'not looked for: cargo cannot resolve the dependencies now' };
    const { what: problem, why, remedy } = unreachableError(unreachable, total, undefined);
    return { state: 'missing', what: 'git sources', detail: `${problem}: ${why}`, remedy };
  }
  const needs = needsOf(packages);
  const locked = lockedPackages(metadata.workspace_root);
  for (const need of needs.filter((one) => !isMet(one, triple, machineFiles(process.env)))) {
    const refusal = unpublished(need, locked.get(need.package) ?? '', triple);
    if (refusal)
      return { state: 'missing', what, detail: `${refusal.what}: ${refusal.why}`, remedy: refusal.remedy };
  }
  if (!isJudged(triple))
    return { state: 'hint', what, detail: 'not looked for: only those of Debian are known' };
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

function folderFinding(path: string): Finding {
  const state = folderState(path);
  const checked = attempt(path, () => {
    checkFolder(state);
  });
  return 'finding' in checked
    ? checked.finding
    : { state: 'ok', what: 'room', detail: `${formatMebibytes(state.free)} for ${path}` };
}

function memoryFinding(): Finding {
  const memory = availableMemory();
  const cores = availableParallelism();
  const jobs = jobsFor(cores, memory) ?? cores;
  return {
    state: 'ok',
    what: 'memory',
    detail: `${formatMebibytes(memory)} free, ${cores} cores: ${jobs} ${jobs === 1 ? 'job' : 'jobs'}`,
  };
}

function optional(program: string, use: string, remedy: string): Finding[] {
  const [path] = onPath(program, process.env);
  return [
    path === undefined
      ? { state: 'hint', what: program, detail: `not installed; it ${use}`, remedy }
      : { state: 'ok', what: program, detail: path },
  ];
}

type Attempt<Value> = { readonly value: Value } | { readonly finding: Finding };

/** What a step gives, or the finding that its error is. */
function attempt<Value>(what: string, step: () => Value): Attempt<Value> {
  try {
    return { value: step() };
  } catch (error) {
    if (!(error instanceof MillwrightError)) throw error;
    return {
      finding: { state: 'missing', what, detail: `${error.what}: ${error.why}`, remedy: error.remedy },
    };
  }
}
