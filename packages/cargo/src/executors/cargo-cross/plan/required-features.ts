import { cargoError } from '../../../errors.js';
import type { CargoTarget } from '../../../cargo-cli/metadata.js';
import { invocationFor, planArguments } from './invocation.js';
import type { BuildRequest } from './request.js';
import { type UnitGraph, unitGraph } from '../../../cargo-cli/unit-graph.js';

/**
 * Leaves out the targets whose required features are off, as cargo does (Cargo reference, "Cargo Targets",
 * `required-features`). cargo itself is asked which they are, and only where a target requires any.
 * @throws MillwrightError FEATURES_REQUIRED where the option "bins" names such a target
 */
export async function withoutLeftOff(request: BuildRequest): Promise<BuildRequest> {
  const { targets, toolchain, options } = request;
  if (targets.every((target) => requiredBy(target).length === 0)) return request;
  const { bins, ...others } = options;
  const { args, cwd, env } = invocationFor([{ ...request, options: { ...others, bins: undefined } }], {
    env: process.env,
    color: false,
  });
  const graph = await unitGraph(toolchain.cargo, planArguments(args), cwd, env);
  // cargo that has no answer says why when it builds.
  if (graph === undefined) return request;
  const leftOff = leftOffIn(graph, targets);
  const [first] = leftOff;
  if (first !== undefined && bins !== undefined) {
    throw cargoError('FEATURES_REQUIRED', {
      what: `${first.name} requires the features ${requiredBy(first).join(', ')}`,
      why: 'they are disabled, and the option "bins" selects the binary',
      remedy: remedyFor(first),
    });
  }
  return { ...request, targets: targets.filter((target) => !leftOff.includes(target)), leftOff };
}

/** The targets with required features that a build does not compile. */
export function leftOffIn({ units, roots }: UnitGraph, targets: readonly CargoTarget[]): CargoTarget[] {
  const built = new Set(
    roots.map((index) => units[index]).flatMap((unit) => (unit ? [keyOf(unit.target)] : [])),
  );
  return targets.filter((target) => requiredBy(target).length > 0 && !built.has(keyOf(target)));
}

/** A line for each target that was left out. */
export function formatLeftOff({
  package: { name },
  leftOff,
}: Pick<BuildRequest, 'package' | 'leftOff'>): string[] {
  return leftOff.map(
    (target) =>
      `${name} is built without ${target.name}, which requires the features ${requiredBy(target).join(', ')}: ${remedyFor(target)}`,
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
