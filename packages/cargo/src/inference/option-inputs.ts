import type { TargetConfiguration } from '@nx/devkit';
import { asksForHostCpu, hostCpuVariable } from '@millwright/toolkit';
import { ownToolchainVariable } from '../hashing/task-variables.js';
import { asTable, tablesOf } from '../manifests/toml.js';

/** What a target says of options, under any configuration. */
export type OptionTables = Pick<TargetConfiguration, 'options' | 'configurations'>;

/**
 * The inputs of a target that follow from its options: the identity of this machine's CPU where they have flags for it,
 * and of the toolchains that they name.
 * @param written what users say of the target: tables that may have `options` and `configurations`
 */
export function optionInputs(target: OptionTables, written: readonly unknown[]): { readonly env: string }[] {
  const said = JSON.stringify([target.options, target.configurations, ...written]);
  return [
    ...(asksForHostCpu(said) ? [{ env: hostCpuVariable }] : []),
    ...toolchainsIn(target, written).map((name) => ({ env: ownToolchainVariable(name) })),
  ];
}

/** The toolchains that a target's options name, in order. */
export function toolchainsIn(target: OptionTables, written: readonly unknown[]): string[] {
  return [...new Set([target, ...written].flatMap(toolchainsOf))].sort();
}

function toolchainsOf(target: unknown): string[] {
  const said = asTable(target);
  const tables = [asTable(said?.options), ...tablesOf(said?.configurations).map(([, table]) => table)];
  return tables.flatMap((table) => (typeof table?.toolchain === 'string' ? [table.toolchain] : []));
}
