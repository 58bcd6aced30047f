import { parseNxCommand, rejectOptionsBeforeSeparator } from '@millwright/toolkit';

/** Options of our executors that Nx does not have itself. */
const ownOptions = [
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
export function rejectDroppedOptions(argv: readonly string[], isModule: (project: string) => boolean): void {
  const command = parseNxCommand(argv);
  const { project, target } = command;
  if (project === undefined || target === undefined || command.afterSeparator === undefined) return;
  if (isModule(project)) rejectOptionsBeforeSeparator(command, ownOptions, `${project}:${target}`);
}
