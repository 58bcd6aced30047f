import type { TargetConfiguration } from '@nx/devkit';
import { pathInput } from '@millwright/toolkit';

/**
 * Targets that only read running containers, or that leave the file to Compose, which ignores
 * `x-millwright`.
 */
const unaffected: ReadonlySet<string> = new Set(['down', 'ps', 'logs', 'config']);

/**
 * Replaces the targets of a stack whose `x-millwright` section is invalid. Its mounts and test are unknown,
 * so the targets that depend on them fail with the error of the file.
 */
export function invalidStackTargets(
  targets: Readonly<Record<string, TargetConfiguration>>,
  file: string,
): Record<string, TargetConfiguration> {
  return Object.fromEntries(
    Object.entries(targets).map(([name, target]): [string, TargetConfiguration] => {
      if (unaffected.has(name)) return [name, target];
      const configurations = Object.keys(target.configurations ?? {}).map((one) => [one, {}] as const);
      const invalid = {
        executor: '@millwright/compose:invalid-file',
        cache: false,
        inputs: [pathInput(file), { externalDependencies: [] }],
        options: { file },
        configurations: Object.fromEntries(configurations),
        metadata: { description: `Fails because ${file} is invalid` },
      };
      return [name, invalid];
    }),
  );
}
