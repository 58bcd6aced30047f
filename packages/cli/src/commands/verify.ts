import { statSync } from 'node:fs';
import {
  applyRotations,
  describeAttestation,
  formatFindings,
  verifyFile,
  verifyFolder,
} from '@millwright/artifacts/signing';
import { commandError } from '../errors.js';
import { readTrust, type TrustOptions } from '../io/trust.js';
import { exitCodes, type Result } from '../io/result.js';

/** Verifies a folder or a file, and names each file that no trusted signature covers. */
export async function verify(path: string, options: TrustOptions): Promise<Result> {
  const { trusted, rotations, revoked, identity, root } = await readTrust(options);
  const what = 'invalid command line';
  if (trusted.length === 0 && identity === undefined)
    throw commandError('COMMAND_USAGE', {
      what,
      why: "one of the options '--key <file-or-key>' and '--certificate-identity <identity>' is required",
    });
  if (identity !== undefined && root === undefined)
    throw commandError('COMMAND_USAGE', {
      what,
      why: "--certificate-identity needs the option '--trusted-root <file>'",
    });
  const isFile = statSync(path, { throwIfNoEntry: false })?.isFile() === true;
  const { files, findings, trustedComment, attestations } = await (isFile ? verifyFile : verifyFolder)(path, {
    trusted: applyRotations(trusted, rotations, revoked),
    revoked,
    certificates: identity && root && { identity, root },
  });
  const isVerified = findings.length === 0;
  const count = `${files} file${files === 1 ? '' : 's'}`;
  return {
    exitCode: isVerified ? exitCodes.done : exitCodes.notVerified,
    text: isVerified
      ? [
          ...attestations.map(describeAttestation),
          `${count} verified${trustedComment === undefined ? '' : ` (${trustedComment})`}`,
        ].join('\n')
      : `${formatFindings(findings)}\nnot verified: ${findings.length} problem${findings.length === 1 ? '' : 's'} in ${path}`,
    data: { verified: isVerified, files, findings, trustedComment, attestations },
  };
}
