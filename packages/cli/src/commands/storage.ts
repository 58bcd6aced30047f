import { formatCount, formatSize } from '@millwright/toolkit/core';
import { commandError } from '../errors.js';
import { exitCodes, type Result } from '../io/result.js';
import { askServerForLines, serverOf, type ServerOptions } from '../io/server.js';

export interface CheckOptions extends ServerOptions {
  readonly repair?: boolean;
}

interface Finding {
  readonly kind: 'missing' | 'damaged' | 'orphaned';
  readonly digest: string;
  readonly entries: number;
}

interface Progress {
  readonly blobs: number;
  readonly bytes: number;
  readonly findings: readonly Finding[];
  readonly isComplete?: true;
}

/** Lets the server read every blob, and names those that are not as they should be. */
export async function check(options: CheckOptions): Promise<Result> {
  const isRepairing = options.repair === true;
  const findings: Finding[] = [];
  let last: Progress | undefined;
  for await (const line of askServerForLines(options, '/v1/storage-checks', { repair: isRepairing })) {
    last = line as Progress;
    findings.push(...last.findings);
  }
  if (last?.isComplete !== true)
    throw commandError('COMMAND_SERVER_REFUSED', {
      what: `the server ${serverOf(options)} did not complete the check`,
      why: `it ended after ${formatCount(last?.blobs ?? 0, 'blob')}`,
      remedy: 'see the log of the server, and run the command again',
    });
  const { blobs, bytes } = last;
  const lost = findings.filter(({ kind }) => kind !== 'orphaned');
  const text = [
    ...findings.map(describe),
    `${formatCount(blobs, 'blob')}, ${formatSize(bytes)}: ${(['missing', 'damaged', 'orphaned'] as const)
      .map((kind) => `${findings.filter((one) => one.kind === kind).length} ${kind}`)
      .join(', ')}`,
    ...(lost.length === 0 ? [] : [isRepairing ? repaired : 'to revoke these entries, add --repair']),
  ].join('\n');
  return {
    exitCode: lost.length === 0 ? exitCodes.done : exitCodes.notVerified,
    text,
    data: { blobs, bytes, findings },
  };
}

const repaired = 'the entries are revoked; the next build writes them anew';

function describe({ kind, digest, entries }: Finding): string {
  const use = kind === 'orphaned' ? 'no entry' : entries === 1 ? '1 entry' : `${entries} entries`;
  return `${kind}  sha256 ${digest}  used by ${use}`;
}
