import { parseNxCommand, refuseBefore } from '@millwright/toolkit';

/** The options of our executors that Nx has none of the same name for. */
const ours = [
  ...[
    'platform',
    'packages',
    'program',
    'profile',
    'tags',
    'ldflags',
    'gcflags',
    'cgo',
    'glibc',
    'env',
    'args',
  ],
  ...['race', 'outputPath'],
];

/**
 * Refuses options that are meant for one of our targets and that Nx drops, since they stand before `--`.
 * @param argv of Nx, as `process.argv` has it
 * @param isModule whether a name is that of a project of a Go module
 * @throws MillwrightError OPTION_NOT_PASSED
 */
export function refuseDropped(argv: readonly string[], isModule: (project: string) => boolean): void {
  const command = parseNxCommand(argv);
  const { project, target } = command;
  if (project === undefined || target === undefined || command.behind === undefined) return;
  if (isModule(project)) refuseBefore(command, ours, `${project}:${target}`);
}
