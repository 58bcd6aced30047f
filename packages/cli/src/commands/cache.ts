import { formatSize } from '@millwright/toolkit/core';
import { exitCodes, type Result } from '../io/result.js';
import { askServer, type ServerOptions } from '../io/server.js';

export interface WorkspaceOptions extends ServerOptions {
  readonly workspace?: string;
}

export interface RevokeOptions extends ServerOptions {
  readonly workspace: string;
  readonly hash?: string;
  readonly run?: string;
  readonly class?: string;
}

interface Entry {
  readonly trustClass: string;
  readonly digest: string;
  readonly size: number;
  readonly createdAt: string;
  readonly revokedAt: string | null;
  readonly writer: string;
  readonly run: string | null;
  readonly commit: string | null;
}

/** Shows who wrote the entries with a hash. */
export async function why(hash: string, options: WorkspaceOptions): Promise<Result> {
  const entries = (await askServer(
    options,
    'GET',
    `/v1/cache-entries/${encodeURIComponent(hash)}${query(options)}`,
  )) as readonly Entry[];
  const text = entries.length === 0 ? `no entry has the hash ${hash}` : entries.map(describe).join('\n');
  return { exitCode: exitCodes.done, text, data: { entries } };
}

/** Revokes entries. */
export async function revoke(options: RevokeOptions): Promise<Result> {
  const { workspace, hash, run, class: trustClass } = options;
  const body = { workspace, hash, run, trustClass };
  const { revoked } = (await askServer(options, 'POST', '/v1/cache-revocations', body)) as {
    readonly revoked: number;
  };
  const text = `revoked ${entriesOf(revoked)}`;
  return { exitCode: exitCodes.done, text, data: { revoked } };
}

/** Shows the number and size of the entries per trust class. */
export async function stats(options: WorkspaceOptions): Promise<Result> {
  const classes = (await askServer(options, 'GET', `/v1/cache-statistics${query(options)}`)) as readonly {
    readonly trustClass: string;
    readonly entries: number;
    readonly bytes: number;
  }[];
  const lines = classes.map(
    ({ trustClass, entries, bytes }) => `${trustClass}  ${entriesOf(entries)}  ${formatSize(bytes)}`,
  );
  return {
    exitCode: exitCodes.done,
    text: lines.length === 0 ? 'no entries' : lines.join('\n'),
    data: { classes },
  };
}

function describe(entry: Entry): string {
  const origin = [
    entry.run === null ? [] : [`run ${entry.run}`],
    entry.commit === null ? [] : [`commit ${entry.commit}`],
  ].flat();
  const state = entry.revokedAt === null ? [] : [`revoked ${entry.revokedAt}`];
  return [
    entry.trustClass,
    `written ${entry.createdAt} by ${entry.writer}`,
    ...origin,
    formatSize(entry.size),
    `sha256 ${entry.digest}`,
    ...state,
  ].join('  ');
}

function query({ workspace }: WorkspaceOptions): string {
  return workspace === undefined ? '' : `?workspace=${encodeURIComponent(workspace)}`;
}

function entriesOf(count: number): string {
  return count === 1 ? '1 entry' : `${count} entries`;
}
