import { didYouMean } from '@millwright/toolkit';
import { goError } from '../../errors.js';

/**
 * Returns the program to start.
 * @param names the programs of the module
 * @param requested the value of --program, if any
 * @throws MillwrightError OPTION_INVALID if no program has that name, or if there are several and none is
 * requested
 */
export function chooseProgram(names: readonly string[], requested: string | undefined): string {
  const [first, ...others] = names;
  if (requested === undefined && first !== undefined && others.length === 0) return first;
  if (requested !== undefined && names.includes(requested)) return requested;
  throw goError('OPTION_INVALID', {
    what:
      requested === undefined
        ? 'the module has several programs, and none was selected'
        : `the module has no program ${requested}${didYouMean(requested, names)}`,
    why: `available programs: ${names.join(', ')}`,
    remedy: `select one: --program=${first ?? '<name>'}`,
  });
}
