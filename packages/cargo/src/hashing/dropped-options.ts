import {
  type MillwrightError,
  nxRun,
  optionValues,
  parseNxCommand,
  platformOfTriple,
  rejectOptionsBeforeSeparator,
} from '@millwright/toolkit';
import { cargoError } from '../errors.js';
import { factsOfTriple } from '../resolution/features/triple-facts.js';

/** Options of this plugin's executors for which Nx has no option of the same name. */
const ownOptions = [
  ...['platform', 'libc', 'glibc', 'profile', 'features', 'defaultFeatures', 'allFeatures', 'fallbacks'],
  ...['bins', 'bin', 'sqlxOffline', 'env', 'args', 'testArgs', 'toolchain', 'linker', 'outputPath'],
  ...['installTo', 'strictInputs', 'auditable'],
];

/**
 * Rejects options that are meant for one of this plugin's targets but never reach it: `--target`, which Nx uses itself,
 * and options before `--`, which Nx drops.
 * @param argv Nx's `process.argv`
 * @param projects the names of the plugin's projects
 * @throws MillwrightError OPTION_NOT_PASSED
 */
export function rejectDroppedOptions(argv: readonly string[], projects: ReadonlySet<string>): void {
  const command = parseNxCommand(argv);
  const named = ['target', 'targets', 't'].flatMap((name) => optionValues(name, command.beforeSeparator));
  const { project, target } = command;
  if (project === undefined || target === undefined) {
    const triple = named.flatMap((value) => value.split(',')).find(isTriple);
    if (triple !== undefined) throw consumedByNx(triple);
    return;
  }
  if (!projects.has(project)) return;
  const [value] = named;
  if (value !== undefined) throw consumedByNx(value, { project, target });
  rejectOptionsBeforeSeparator(command, ownOptions, `${project}:${target}`);
}

/** @param task undefined if the command names several */
function consumedByNx(
  value: string,
  task?: { readonly project: string; readonly target: string },
): MillwrightError {
  const platform = platformOfTriple(value);
  const libc = value.includes('-musl') ? ' --libc=musl' : '';
  return cargoError('OPTION_NOT_PASSED', {
    what: `--target=${value} does not reach ${task === undefined ? '<project>:build' : `${task.project}:${task.target}`}`,
    why: 'Nx takes --target for itself, as the name of the target to run',
    remedy:
      platform === undefined
        ? 'to build for this triple, define a target in project.json with the executor @millwright/cargo:cargo-cross and the option "target"'
        : `select the platform instead: ${task === undefined ? 'nx run <project>:build' : nxRun(`${task.project}:build`)} --platform=${platform.platform}${libc}`,
  });
}

function isTriple(value: string): boolean {
  return value.split('-').length >= 3 && factsOfTriple(value).arch !== undefined;
}
