import {
  type MillwrightError,
  optionValues,
  parseNxCommand,
  platformOfTriple,
  refuseBefore,
} from '@millwright/toolkit';
import { cargoError } from '../errors.js';
import { factsOfTriple } from '../resolution/features/triple-facts.js';

/** The options of our executors that Nx has none of the same name for. */
const ours = [
  ...['platform', 'libc', 'glibc', 'profile', 'features', 'defaultFeatures', 'allFeatures', 'fallbacks'],
  ...['bins', 'bin', 'sqlxOffline', 'env', 'args', 'testArgs', 'toolchain', 'linker', 'outputPath'],
  ...['installTo', 'strictInputs'],
];

/**
 * Refuses options that are meant for one of our targets and never reach it: `--target`, which Nx takes for itself, and
 * what stands before `--`, which Nx drops.
 * @param argv of Nx, as `process.argv` has it
 * @param projects the names of the plugin's projects
 * @throws MillwrightError OPTION_NOT_PASSED
 */
export function refuseDropped(argv: readonly string[], projects: ReadonlySet<string>): void {
  const command = parseNxCommand(argv);
  const named = ['target', 'targets', 't'].flatMap((name) => optionValues(name, command.own));
  const { project, target } = command;
  if (project === undefined || target === undefined) {
    const triple = named.flatMap((value) => value.split(',')).find(isTriple);
    if (triple !== undefined) throw takenByNx(triple, '<project>', 'build');
    return;
  }
  if (!projects.has(project)) return;
  const [value] = named;
  if (value !== undefined) throw takenByNx(value, project, target);
  refuseBefore(command, ours, `${project}:${target}`);
}

function takenByNx(value: string, project: string, target: string): MillwrightError {
  const platform = platformOfTriple(value);
  const libc = value.includes('-musl') ? ' --libc=musl' : '';
  return cargoError('OPTION_NOT_PASSED', {
    what: `--target=${value} does not reach ${project}:${target}`,
    why: 'Nx uses an option of that name itself, to select the target to run',
    remedy:
      platform === undefined
        ? 'Add a target of your own to the project.json, with the executor @millwright/cargo:cargo-cross and the option "target".'
        : `nx run ${project}:build --platform=${platform.platform}${libc}`,
  });
}

function isTriple(value: string): boolean {
  return value.split('-').length >= 3 && factsOfTriple(value).arch !== undefined;
}
