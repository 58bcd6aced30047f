import { parseNxCommand, refuseBefore } from '@millwright/toolkit';

/** Options of our executors that Nx does not have itself. */
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
 * Rejects options for one of our targets that Nx would drop because they are before `--`.
 * @param argv `process.argv` of Nx
 * @param isModule returns true if a project is a Go module
 * @throws MillwrightError OPTION_NOT_PASSED
 */
export function refuseDropped(argv: readonly string[], isModule: (project: string) => boolean): void {
  const command = parseNxCommand(argv);
  const { project, target } = command;
  if (project === undefined || target === undefined || command.behind === undefined) return;
  if (isModule(project)) refuseBefore(command, ours, `${project}:${target}`);
}
