import { stripVTControlCharacters } from 'node:util';
import { type MillwrightError } from '@millwright/toolkit';
import { cargoError } from '../errors.js';

/** Returns the error for a linker that is not installed or that failed. */
export function linkFailure(why: string, what: string, linkerOutput: string, log: string): MillwrightError {
  const plain = stripVTControlCharacters(linkerOutput);
  const missing = /linker `([^`]+)` not found/.exec(plain)?.[1];
  if (missing !== undefined) {
    return cargoError('LINKER_MISSING', {
      what: `linker \`${missing}\` not found`,
      why: "Cargo's configuration or environment selects it, or it is rustc's default",
      remedy: `install ${missing}, or set another linker in [target.<triple>] of .cargo/config.toml`,
      output: log,
    });
  }
  const reasons = plain
    .split('\n')
    .filter((line) =>
      /undefined reference|undefined symbol|cannot find -l|unable to find|ld returned|not found/i.test(line),
    )
    .map((line) => line.replace(/^[\s=|]*(note:)?\s*/, ''));
  const first = reasons.slice(0, 3).join('; ');
  return cargoError('LINK_FAILED', {
    what,
    why: first === '' ? why : `${why}: ${first}`,
    output: log,
  });
}
