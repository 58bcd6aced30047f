import { attemptAsync, type Environment, type Finding, run } from '@millwright/toolkit';
import { explainFailure } from '../../cargo-cli/explain.js';
import { cargoMetadata } from '../../cargo-cli/metadata.js';
import { packageOf } from '../../cargo-cli/packages.js';
import { packagesIn, planBuild } from '../../cargo-cli/unit-graph.js';
import { lockedPackages } from '../../preflight/locked-packages.js';
import { isMet, needsOf, type Prebuilt } from '../../preflight/native-libraries.js';
import { canCheck, installCommand, machineFiles, nameOfNeed, unmetNeeds } from '../../preflight/preflight.js';
import { unpublishedError } from '../../preflight/prebuilt.js';
import { querySources, unreachableError } from '../../preflight/unreachable.js';
import type { Toolchain } from '../../toolchain/locate.js';
import { expandFeatures, type FeatureSet } from '../cargo-cross/plan/features.js';
import type { BuildChoices } from './build-choices.js';

/**
 * Checks the native libraries and programs that the packages of a build require.
 * @param folder the crate's folder, absolute
 * @param choices the options of the build
 */
export async function nativeFinding(
  folder: string,
  triple: string,
  toolchain: Toolchain,
  choices: BuildChoices,
): Promise<Finding> {
  const what = `libraries for ${triple}`;
  const env = { ...process.env, ...choices.env };
  const features = await attemptAsync(what, () => expandFeatures(choices, folder, env));
  if ('finding' in features) return features.finding;
  const metadata = await cargoMetadata(folder, toolchain);
  const args = [
    'build',
    '--release',
    '--package',
    packageOf(metadata, folder).id,
    ...featureArguments(features.value),
    ...(triple === toolchain.host ? [] : ['--target', triple]),
  ];
  const { graph, stderr } = await planBuild(toolchain.cargo, args, folder, {
    ...choices.env,
    RUSTC: toolchain.rustc,
  });
  if (graph === undefined) {
    const unresolved = await resolutionFinding(folder, metadata.workspace_root, toolchain);
    return unresolved ?? unplannedFinding(what, stderr);
  }
  const needs = needsOf(packagesIn(graph));
  const locked = lockedPackages(metadata.workspace_root);
  for (const need of needs.filter((one) => !isMet(one, triple, machineFiles(env)))) {
    const refusal = unpublishedError(need, locked.get(need.package) ?? '', triple);
    if (refusal)
      return { state: 'missing', what, detail: `${refusal.what}: ${refusal.why}`, remedy: refusal.remedy };
  }
  const [checked, others] = partition(needs, (need) => canCheck(need, triple));
  const unmet = unmetNeeds(checked, triple, machineFiles(env));
  if (unmet.length > 0) {
    const detail = unmet.map((need) => `${nameOfNeed(need)} (for ${need.package})`).join(', ');
    return {
      state: 'missing',
      what,
      detail: `${detail} not found`,
      remedy: installCommand(unmet, triple, toolchain.host),
    };
  }
  const names = checked.map((need) =>
    need.prebuilt === undefined
      ? `${nameOfNeed(need)} found`
      : `${need.package} ${locked.get(need.package) ?? ''} ${originOf(need.prebuilt, env)}`,
  );
  if (others.length > 0) {
    const unchecked = `${others.map(nameOfNeed).join(', ')} not checked: only libraries for GNU targets on Debian are`;
    return { state: 'hint', what, detail: [...names, unchecked].join(', ') };
  }
  return { state: 'ok', what, detail: names.length === 0 ? 'none needed' : names.join(', ') };
}

/**
 * Returns the finding for a build that cargo does not plan: the build stops with the same error, unless only the plan
 * requires a newer cargo.
 * @param what what the plan is needed for
 * @param stderr the output of cargo
 */
export function unplannedFinding(what: string, stderr: string): Finding {
  if (/--unit-graph|unstable-options|-Z/.test(stderr))
    return { state: 'hint', what, detail: 'not checked: this cargo does not support --unit-graph' };
  const problem = explainFailure(stderr);
  return {
    state: 'missing',
    what: 'build',
    detail: `${problem.what}: ${problem.why}`,
    remedy: problem.remedy,
  };
}

function partition<T>(values: readonly T[], test: (value: T) => boolean): [T[], T[]] {
  return [values.filter(test), values.filter((value) => !test(value))];
}

/** Returns where a build script gets a prebuilt library from. */
function originOf({ archiveVariable, sourceVariable }: Prebuilt, env: Environment): string {
  if (env[sourceVariable] !== undefined) return 'is built from source';
  return env[archiveVariable] === undefined ? 'is downloaded prebuilt' : `comes from ${archiveVariable}`;
}

function featureArguments({ features, defaultFeatures, allFeatures }: FeatureSet): string[] {
  return [
    ...(defaultFeatures ? [] : ['--no-default-features']),
    ...(allFeatures ? ['--all-features'] : []),
    ...(features.length === 0 ? [] : ['--features', features.join(',')]),
  ];
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
