import type { TargetConfiguration } from '@nx/devkit';
import { targetsHostCpu, hostCpuVariable } from '@millwright/toolkit';
import { ownToolchainVariable } from '../hashing/task-variables.js';
import { asTable, tablesOf } from '../manifests/toml.js';

/** The options of a target, in all configurations. */
export type OptionTables = Pick<TargetConfiguration, 'options' | 'configurations'>;

/**
 * Returns the inputs that a target's options require: the host CPU, if flags such as `target-cpu=native` depend on it,
 * and the toolchains that they name.
 * @param userOptions the user's settings for the target: tables that may have `options` and `configurations`
 */
export function optionInputs(
  target: OptionTables,
  userOptions: readonly unknown[],
): { readonly env: string }[] {
  const settings = JSON.stringify([target.options, target.configurations, ...userOptions]);
  return [
    ...(targetsHostCpu(settings) ? [{ env: hostCpuVariable }] : []),
    ...toolchainsIn(target, userOptions).map((name) => ({ env: ownToolchainVariable(name) })),
  ];
}

/** Returns the toolchains that a target's options name, sorted. */
export function toolchainsIn(target: OptionTables, userOptions: readonly unknown[]): string[] {
  return [...new Set([target, ...userOptions].flatMap(toolchainsOf))].sort();
}

function toolchainsOf(target: unknown): string[] {
  const settings = asTable(target);
  const tables = [
    asTable(settings?.options),
    ...tablesOf(settings?.configurations).map(([, table]) => table),
  ];
  return tables.flatMap((table) => (typeof table?.toolchain === 'string' ? [table.toolchain] : []));
}
