import type { ProjectConfiguration, TargetConfiguration } from '@nx/devkit';
import { ownToolchainVariable } from '../../toolchain/task-variables.js';
import { asTable, tablesOf } from '../toml.js';
import type { WrittenOptions } from './written-options.js';

/**
 * Adds to the inputs of each target the identity of the toolchains that its options name.
 * @returns the projects by folder, and the names of all these toolchains in order
 */
export function withOwnToolchains(
  projects: ReadonlyMap<string, ProjectConfiguration>,
  written: WrittenOptions,
): { projects: Map<string, ProjectConfiguration>; toolchains: string[] } {
  const toolchains = new Set<string>();
  const changed = [...projects].map(([folder, project]) => {
    const targets = Object.entries(project.targets ?? {}).map(([name, target]) => {
      const said: unknown[] = [target, ...written.of(folder, name, target.executor)];
      const names = [...new Set(said.flatMap(toolchainsIn))].sort();
      if (target.inputs === undefined || names.length === 0) return [name, target] as const;
      for (const one of names) toolchains.add(one);
      const identities = names.map((one) => ({ env: ownToolchainVariable(one) }));
      const inputs: TargetConfiguration['inputs'] = [...target.inputs, ...identities];
      return [name, { ...target, inputs }] as const;
    });
    return [folder, { ...project, targets: Object.fromEntries(targets) }] as const;
  });
  return { projects: new Map(changed), toolchains: [...toolchains].sort() };
}

/** The toolchains that a target's options name, under any configuration. */
function toolchainsIn(target: unknown): string[] {
  const said = asTable(target);
  const tables = [asTable(said?.options), ...tablesOf(said?.configurations).map(([, table]) => table)];
  return tables.flatMap((table) => (typeof table?.toolchain === 'string' ? [table.toolchain] : []));
}
