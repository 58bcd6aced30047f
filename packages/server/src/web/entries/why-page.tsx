import { formatSize } from '@millwright/toolkit/core';
import type { EntryRecord } from '../../cache/entries.js';
import { Fact } from '../facts.js';
import { Time } from '../format.js';
import type { Visitor } from '../visitor.js';
import { taskOf } from './entries-page.js';

interface WhyProps {
  readonly hash: string;
  readonly entries: readonly EntryRecord[];
  readonly visitor: Visitor;
}

/** Who wrote the entries with a hash, and who gets them. */
export function WhyPage({ hash, entries, visitor }: WhyProps) {
  return (
    <>
      <p class="up">
        <a href="/entries">Entries</a>
      </p>
      <h1>
        <code>{hash}</code>
      </h1>
      {entries.length === 0 ? (
        <p>No entry has this hash: it was not stored, or it was removed because nobody read it.</p>
      ) : undefined}
      {entries.map((entry) => (
        <section class="card">
          <h2>
            {entry.trustClass} in {entry.workspace}{' '}
            {entry.revokedAt === null ? undefined : <strong class="tag">revoked</strong>}
          </h2>
          <dl class="facts">
            <Fact name="Who gets it">{readersOf(entry, entries)}</Fact>
            <Fact name="Task">{taskOf(entry)}</Fact>
            <Fact name="Written">
              <Time time={entry.createdAt} /> by {entry.writer}
            </Fact>
            {entry.run === null ? undefined : <Fact name="CI run">{entry.run}</Fact>}
            {entry.commit === null ? undefined : (
              <Fact name="Commit">
                <code>{entry.commit}</code>
              </Fact>
            )}
            <Fact name="Last read">
              <Time time={entry.lastReadAt} />
            </Fact>
            {entry.revokedAt === null ? undefined : (
              <Fact name="Revoked">
                <Time time={entry.revokedAt} />
              </Fact>
            )}
            <Fact name="Archive">
              {formatSize(entry.size)}, SHA-256 <code>{entry.digest}</code>
            </Fact>
          </dl>
          {visitor.mayAdminister ? <RevocationLinks entry={entry} /> : undefined}
        </section>
      ))}
    </>
  );
}

/** What can be revoked because of an entry. The page behind each link shows first what it would do. */
function RevocationLinks({ entry }: { readonly entry: EntryRecord }) {
  const { workspace, hash, trustClass, run, revokedAt } = entry;
  const link = (fields: Record<string, string>, text: string) => (
    <li>
      <a href={`/revocations?${new URLSearchParams({ workspace, ...fields }).toString()}`}>{text}</a>
    </li>
  );
  return (
    <ul class="actions">
      {revokedAt === null ? link({ hash, trustClass }, 'Revoke this entry…') : undefined}
      {run === null ? undefined : link({ run }, `Revoke all of the CI run ${run}…`)}
      {link({ trustClass }, `Revoke all of ${trustClass}…`)}
    </ul>
  );
}

/** Returns who restores an entry. A job looks for an entry of its own class first, then for that of `trusted`. */
export function readersOf(entry: EntryRecord, entries: readonly EntryRecord[]): string {
  const { trustClass, revokedAt, workspace } = entry;
  if (revokedAt !== null) return 'nobody: it is revoked';
  if (trustClass !== 'trusted') return `jobs of ${trustClass} only`;
  const others = entries
    .filter((one) => one.workspace === workspace && one.trustClass !== 'trusted' && one.revokedAt === null)
    .map((one) => one.trustClass);
  return others.length === 0
    ? `every job of ${workspace}`
    : `every job of ${workspace} but those of ${others.join(', ')}, which have entries of their own`;
}
