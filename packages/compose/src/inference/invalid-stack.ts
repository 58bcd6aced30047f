import type { TargetConfiguration } from '@nx/devkit';
import { pathInput } from '@millwright/toolkit';

/** The targets that look at running containers alone, or leave `x-millwright` to Compose, which passes over it. */
const unaffected: ReadonlySet<string> = new Set(['down', 'ps', 'logs', 'config']);

/**
 * The targets of a stack one of whose files has an `x-millwright` that cannot be understood. What it should mount or
 * test is not known, so that nothing is started: those targets fail with what is wrong with the file.
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
        metadata: { description: `Fails, because ${file} cannot be used` },
      };
      return [name, invalid];
    }),
  );
}
