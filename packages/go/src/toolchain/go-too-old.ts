import { type MillwrightError } from '@millwright/toolkit';
import { goError } from '../errors.js';

/**
 * Recognizes go's message that a go.mod requires a newer Go while GOTOOLCHAIN forbids downloading it (Go
 * Toolchains, "Go toolchain selection").
 * @param output the complete output of go
 * @returns undefined if there is no such message
 */
export function goTooOld(output: string): MillwrightError | undefined {
  const [line, wanted = '', running = ''] =
    /^.*requires go >= (\S+) \(running go ([^;)]+).*$/m.exec(output) ?? [];
  if (line === undefined) return undefined;
  return goError('GO_TOO_OLD', {
    what: `Go ${wanted} or newer is required, but Go ${running.trim()} is installed`,
    why: line.trim(),
    output,
  });
}
