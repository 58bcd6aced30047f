import { didYouMean } from '@millwright/toolkit';
import { goError } from '../../errors.js';

/**
 * The program to start.
 * @param names those of the module
 * @param wanted the name that was asked for; undefined where none was
 * @throws MillwrightError OPTION_INVALID where there is none of that name, or several and no name
 */
export function chooseProgram(names: readonly string[], wanted: string | undefined): string {
  const [first, ...others] = names;
  if (wanted === undefined && first !== undefined && others.length === 0) return first;
  if (wanted !== undefined && names.includes(wanted)) return wanted;
  throw goError('OPTION_INVALID', {
    what:
      wanted === undefined
        ? 'the module has several programs, and none was selected'
        : `the module has no program ${wanted}${didYouMean(wanted, names)}`,
    why: `its programs are ${names.join(', ')}`,
    remedy: `--program=${first ?? '<name>'}`,
  });
}
