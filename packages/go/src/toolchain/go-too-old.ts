import { type MillwrightError } from '@millwright/toolkit';
import { goError } from '../errors.js';

/**
 * What go says where a go.mod file wants a newer one and GOTOOLCHAIN forbids to fetch it (Go Toolchains, "Go toolchain
 * selection").
 * @param output all that go said
 * @returns undefined where it said nothing of the kind
 */
export function goTooOld(output: string): MillwrightError | undefined {
  const [line, wanted = '', running = ''] =
    /^.*requires go >= (\S+) \(running go ([^;)]+).*$/m.exec(output) ?? [];
  if (line === undefined) return undefined;
  return goError('GO_TOO_OLD', {
    what: `Go ${running.trim()} is too old; Go ${wanted} is needed`,
    why: line.trim(),
    output,
  });
}
