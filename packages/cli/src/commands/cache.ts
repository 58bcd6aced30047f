import { formatCount, formatSize } from '@millwright/toolkit/core';
import { commandError } from '../errors.js';
import { exitCodes, type Result } from '../io/result.js';
import { askServer, type ServerOptions } from '../io/server.js';
import { table, timeOf } from '../io/table.js';

export interface WorkspaceOptions extends ServerOptions {
  readonly workspace?: string;
}

export interface RevokeOptions extends ServerOptions {
  readonly workspace: string;
  readonly hash?: string;
  readonly run?: string;
  readonly class?: string;
  readonly dryRun?: boolean;
}

export interface Entry {
  readonly workspace: string;
  readonly trustClass: string;
  readonly digest: string;
  readonly size: number;
  readonly createdAt: string;
  readonly lastReadAt: string;
  readonly revokedAt: string | null;
  readonly writer: string;
  readonly run: string | null;
  readonly commit: string | null;
}

export interface Revoked {
  readonly revoked: number;
  readonly classes: readonly { readonly trustClass: string; readonly entries: number }[];
  readonly tokens: number;
}

export interface Statistics {
  readonly classes: readonly {
    readonly workspace: string;
    readonly trustClass: string;
    readonly entries: number;
    readonly bytes: number;
    readonly lastReadAt: string;
  }[];
  /** Per workspace, by the kind of class. */
  readonly quotaBytes: Readonly<Record<string, number>>;
}

/** Shows who wrote the entries with a hash, and who gets them. */
export async function why(hash: string, options: WorkspaceOptions): Promise<Result> {
  const path = `/v1/cache-entries/${encodeURIComponent(hash)}${query(options)}`;
  const entries = (await askServer(options, 'GET', path)) as readonly Entry[];
  const text =
    entries.length === 0
      ? `no entry has the hash ${hash}: it was not stored, or it was removed because nobody read it`
      : entries.map(describeEntry).join('\n');
  return { exitCode: exitCodes.done, text, data: { entries } };
}

/** Revokes entries, or shows which. */
export async function revoke(options: RevokeOptions): Promise<Result> {
  const { workspace, hash, run, class: trustClass, dryRun = false } = options;
  if ((hash ?? run ?? trustClass) === undefined)
    throw commandError('COMMAND_USAGE', {
      what: 'invalid command line',
      why: 'it does not say what to revoke',
      remedy: 'add --run <id>, --class <class> or --hash <hash>; an entry must match all that are given',
    });
  const body = { workspace, hash, run, trustClass, dryRun };
  const revoked = (await askServer(options, 'POST', '/v1/cache-revocations', body)) as Revoked;
  return { exitCode: exitCodes.done, text: describeRevoked(revoked, dryRun), data: { ...revoked, dryRun } };
}

/** Shows what each trust class uses, and how much of the quotas that is. */
export async function stats(options: WorkspaceOptions): Promise<Result> {
  const statistics = (await askServer(options, 'GET', `/v1/cache-statistics${query(options)}`)) as Statistics;
  return { exitCode: exitCodes.done, text: describeStatistics(statistics), data: statistics };
}

export function describeEntry(entry: Entry): string {
  const { trustClass, revokedAt } = entry;
  const readers =
    trustClass === 'trusted' ? 'every job, unless its own class has an entry' : `jobs of ${trustClass} only`;
  const use =
    revokedAt === null ? `restored by ${readers}` : `revoked ${timeOf(revokedAt)}, restored by nobody`;
  const facts = [
    ['written', `${timeOf(entry.createdAt)} by ${entry.writer}`],
    ...(entry.run === null ? [] : [['run', entry.run]]),
    ...(entry.commit === null ? [] : [['commit', entry.commit]]),
    ['last read', timeOf(entry.lastReadAt)],
    ['archive', `${formatSize(entry.size)}, sha256 ${entry.digest}`],
  ];
  return [
    `${trustClass} in the workspace ${entry.workspace}: ${use}`,
    ...table(facts)
      .split('\n')
      .map((line) => `  ${line}`),
  ].join('\n');
}

export function describeRevoked({ revoked, classes, tokens }: Revoked, isTrial: boolean): string {
  const verb = isTrial ? 'would revoke' : 'revoked';
  const ofClasses = classes.map(({ trustClass, entries }) => `${trustClass} ${entries}`).join(', ');
  return [
    revoked === 0 ? `no entry matches, so nothing ${isTrial ? 'would be' : 'is'} revoked` : '',
    revoked === 0 ? '' : `${verb} ${entriesOf(revoked)}: ${ofClasses}`,
    tokens === 0 ? '' : `${verb} ${formatCount(tokens, 'token')} of the run, with which it could write again`,
  ]
    .filter((line) => line !== '')
    .join('\n');
}

/** One table for each workspace: the classes of each kind, and how much of its quota they use together. */
export function describeStatistics({ classes, quotaBytes }: Statistics): string {
  if (classes.length === 0) return 'no entries';
  const workspaces = [...new Set(classes.map(({ workspace }) => workspace))];
  return workspaces
    .map((workspace) => {
      const own = classes.filter((one) => one.workspace === workspace);
      const quotas = Object.entries(quotaBytes).flatMap(([kind, quota]) => {
        const used = own.filter(({ trustClass }) => trustClass.split(':', 1)[0] === kind);
        const bytes = used.reduce((sum, one) => sum + one.bytes, 0);
        if (used.length === 0) return [];
        return [
          `${kind}: ${formatSize(bytes)} of ${formatSize(quota)} (${Math.round((100 * bytes) / quota)} %)`,
        ];
      });
      const rows = own.map(({ trustClass, entries, bytes, lastReadAt }) => [
        trustClass,
        entriesOf(entries),
        formatSize(bytes),
        `last read ${timeOf(lastReadAt)}`,
      ]);
      return [`workspace ${workspace}`, table(rows), `quotas used: ${quotas.join(', ')}`].join('\n');
    })
    .join('\n\n');
}

function query({ workspace }: WorkspaceOptions): string {
  return workspace === undefined ? '' : `?workspace=${encodeURIComponent(workspace)}`;
}

function entriesOf(count: number): string {
  return count === 1 ? '1 entry' : `${count} entries`;
}
