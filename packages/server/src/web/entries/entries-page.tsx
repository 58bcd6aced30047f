import { formatSize } from '@millwright/toolkit/core';
import type { EntryRecord } from '../../cache/entries.js';
import type { EntryList } from '../../cache/recent-entries.js';
import { WorkspaceSelect } from '../choices.js';
import { Notice } from '../facts.js';
import { Time } from '../format.js';
import { Table } from '../table.js';

interface EntriesProps {
  readonly list: EntryList;
  readonly workspace: string | undefined;
  readonly workspaces: readonly string[];
  readonly text: string | undefined;
  readonly notice: string | undefined;
}

export function EntriesPage({ list, workspace, workspaces, text, notice }: EntriesProps) {
  const { entries, next } = list;
  return (
    <>
      <h1>Entries</h1>
      <Notice text={notice} />
      <form method="get" action="/entries" class="filters">
        <WorkspaceSelect {...{ workspaces, workspace }} />
        <label class="wide">
          Hash, class, project, CI run or commit
          <input type="search" name="search" value={text} spellcheck={false} />
        </label>
        <button type="submit">Show</button>
      </form>
      <section class="card">
        {entries.length === 0 ? (
          <p>No entries{text === undefined ? ' yet' : ' match'}.</p>
        ) : (
          <Table
            id="entries"
            caption={text === undefined ? 'The newest first' : 'Those that match, the newest first'}
            columns={[
              { name: 'Hash' },
              { name: 'Task', isText: true },
              { name: 'Class', isText: true },
              { name: 'Size', isNumber: true },
              { name: 'Written' },
              { name: 'By', isText: true },
              { name: 'Last read' },
            ]}
            rows={entries.map((entry) => [
              <a href={pathOf(entry)}>
                <code>{entry.hash}</code>
              </a>,
              taskOf(entry),
              <>
                {workspace === undefined ? `${entry.workspace}: ` : ''}
                {entry.trustClass}{' '}
                {entry.revokedAt === null ? undefined : <strong class="tag">revoked</strong>}
              </>,
              formatSize(entry.size),
              <Time time={entry.createdAt} />,
              entry.writer,
              <Time time={entry.lastReadAt} />,
            ])}
          />
        )}
        {next === undefined ? undefined : (
          <p>
            <a href={`/entries?${nextQuery({ workspace, search: text, after: next })}`}>Older entries</a>
          </p>
        )}
      </section>
    </>
  );
}

/** Returns the path of the page that explains an entry. */
export function pathOf({ hash, workspace }: Pick<EntryRecord, 'hash' | 'workspace'>): string {
  return `/entries/${encodeURIComponent(hash)}?workspace=${encodeURIComponent(workspace)}`;
}

/** Returns the task that an entry is the result of. */
export function taskOf({ project, target }: Pick<EntryRecord, 'project' | 'target'>): string {
  if (project === null) return 'unknown';
  return target === null ? project : `${project}:${target}`;
}

function nextQuery(fields: Readonly<Record<string, string | undefined>>): string {
  const set = Object.entries(fields).filter((field): field is [string, string] => field[1] !== undefined);
  return new URLSearchParams(set).toString();
}
