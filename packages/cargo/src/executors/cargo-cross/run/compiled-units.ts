import { join } from 'node:path';
import { readText } from '@millwright/toolkit';
import type { UnitsRecord } from '@millwright/artifacts';
import { finalFileName } from '../../../cargo-cli/messages.js';
import { type UnitGraph, unitGraph } from '../../../cargo-cli/unit-graph.js';
import { packageFacts } from '../../../compiled-units/package-facts.js';
import { type FactsOf, unitsOf } from '../../../compiled-units/units.js';
import { fileNames } from '../../../inference/final-files.js';
import type { CrateType } from '../../../manifests/model.js';
import { parseLockfile } from '../../../manifests/lockfile.js';
import { versionOf } from '../../../toolchain/rust-version.js';
import { type CargoInvocation, planArguments } from '../plan/invocation.js';
import { platformOf, type BuildRequest } from '../plan/request.js';

interface Plan {
  readonly graph: UnitGraph;
  readonly facts: FactsOf;
  readonly toolchain: string;
}

/** The units that an invocation compiles, by artifact. */
export class CompiledUnits {
  private plan: Promise<Plan | undefined> | undefined;

  constructor(
    private readonly invocation: CargoInvocation,
    private readonly repositoryRoot: string,
  ) {}

  /**
   * Queries cargo's plan. To be called while cargo compiles: then the lock file is complete, all packages are downloaded,
   * and the query takes no time of its own.
   */
  start(): void {
    this.plan ??= this.query();
  }

  /** Returns the units of an artifact; undefined if cargo cannot plan the build. */
  async of(request: BuildRequest, file: string): Promise<UnitsRecord | undefined> {
    this.start();
    const plan = await this.plan;
    const root = plan && rootOf(plan.graph, request, finalFileName(file));
    if (plan === undefined || root === undefined) return undefined;
    return {
      version: 1,
      ecosystem: 'cargo',
      target: platformOf(request),
      toolchain: plan.toolchain,
      ...unitsOf(plan.graph, root, plan.facts),
    };
  }

  private async query(): Promise<Plan | undefined> {
    const { args, cwd, env, requests } = this.invocation;
    const [{ toolchain, metadata }] = requests;
    const path = join(metadata.workspace_root, 'Cargo.lock');
    const [graph, version] = await Promise.all([
      unitGraph(toolchain.cargo, planArguments(args), cwd, env),
      versionOf(toolchain),
    ]);
    if (graph === undefined) return undefined;
    const text = readText(path);
    const lockfile = text === undefined ? undefined : parseLockfile(text, path);
    return {
      graph,
      facts: packageFacts(lockfile, this.repositoryRoot),
      toolchain: `rustc ${version ?? ''}`.trim(),
    };
  }
}

/** Returns the index of the unit whose output is an artifact. */
function rootOf({ units, roots }: UnitGraph, request: BuildRequest, file: string): number | undefined {
  const { triple, linker } = request;
  return roots.find((index) => {
    const unit = units[index];
    if (unit?.pkg_id !== request.package.id || (unit.platform === null) !== (linker.target === undefined))
      return false;
    if (unit.platform !== null && unit.platform !== triple) return false;
    const { kind, name, crate_types: types } = unit.target;
    const target = {
      kind: kind.includes('bin') ? 'bin' : 'lib',
      crateTypes: types as CrateType[],
      name,
    } as const;
    return fileNames(target, triple).includes(file);
  });
}
