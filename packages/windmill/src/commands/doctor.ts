import { formatFindings, print } from '@millwright/toolkit/core';
import { diagnose, type Mode } from './diagnose.js';

/** Prints what an engine needs, and what of it is missing. @returns whether nothing is missing */
export async function doctor({ mode }: { readonly mode?: Mode | undefined }): Promise<boolean> {
  const findings = await diagnose(mode);
  print(formatFindings(findings));
  return findings.every(({ state }) => state !== 'missing');
}
