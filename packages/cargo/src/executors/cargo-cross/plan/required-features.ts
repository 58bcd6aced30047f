import { cargoError } from '../../../errors.js';
import type { CargoTarget } from '../../../cargo-cli/metadata.js';
import { invocationFor, planArguments } from './invocation.js';
import type { BuildRequest } from './request.js';
import { type UnitGraph, unitGraph } from '../../../cargo-cli/unit-graph.js';

/**
 * Moves targets whose required features are disabled to `skippedTargets`, as cargo skips them (Cargo reference,
 * "Cargo Targets", `required-features`). Queries cargo, but only if some target requires features.
 * @throws MillwrightError FEATURES_REQUIRED if the option "bins" selects such a target
 */
export async function skipTargetsMissingFeatures(request: BuildRequest): Promise<BuildRequest> {
  const { targets, toolchain, options } = request;
  if (targets.every((target) => requiredBy(target).length === 0)) return request;
  const { bins, ...others } = options;
  const { args, cwd, env } = invocationFor([{ ...request, options: { ...others, bins: undefined } }], {
    env: process.env,
    color: false,
  });
  const graph = await unitGraph(toolchain.cargo, planArguments(args), cwd, env);
  // If cargo cannot plan the build, it reports the reason when it builds.
  if (graph === undefined) return request;
  const skippedTargets = targetsMissingFeatures(graph, targets);
  const [first] = skippedTargets;
  if (first !== undefined && bins !== undefined) {
    throw cargoError('FEATURES_REQUIRED', {
      what: `the binary ${first.name} requires the features ${requiredBy(first).join(', ')}`,
      why: 'the option "bins" selects this binary, but the features are not enabled',
      remedy: remedyFor(first),
    });
  }
  return {
    ...request,
    targets: targets.filter((target) => !skippedTargets.includes(target)),
    skippedTargets,
  };
}

/** Returns the targets with required features that the planned build does not compile. */
function targetsMissingFeatures({ units, roots }: UnitGraph, targets: readonly CargoTarget[]): CargoTarget[] {
  const built = new Set(
    roots.map((index) => units[index]).flatMap((unit) => (unit ? [keyOf(unit.target)] : [])),
  );
  return targets.filter((target) => requiredBy(target).length > 0 && !built.has(keyOf(target)));
}

/** Formats one line per skipped target. */
export function formatSkippedTargets({
  package: { name },
  skippedTargets,
}: Pick<BuildRequest, 'package' | 'skippedTargets'>): string[] {
  return skippedTargets.map(
    (target) =>
      `${name}: skipping the target ${target.name}, which requires the features ${requiredBy(target).join(', ')}: ${remedyFor(target)}`,
  );
}

function remedyFor(target: CargoTarget): string {
  return `--features=${requiredBy(target).join(',')}`;
}

function requiredBy(target: CargoTarget): readonly string[] {
  return target['required-features'] ?? [];
}

function keyOf({ kind, name }: Pick<CargoTarget, 'kind' | 'name'>): string {
  return `${kind.join()} ${name}`;
}
