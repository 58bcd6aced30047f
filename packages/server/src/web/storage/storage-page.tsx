import { formatSize } from '@millwright/toolkit/core';
import type { CheckState } from '../../cache/state.js';
import { Fact, Notice } from '../facts.js';
import { countText, percentText, Time } from '../format.js';
import { FormKey } from '../forms.js';
import { Table } from '../table.js';
import type { Visitor } from '../visitor.js';
import type { Place, StorageModel } from './storage-model.js';

interface StorageProps {
  readonly model: StorageModel;
  readonly visitor: Visitor;
  readonly notice: string | undefined;
}

export function StoragePage({ model, visitor, notice }: StorageProps) {
  const { problems, database, place, entries, bytes, collection } = model;
  return (
    <>
      <h1>
        Storage{' '}
        <strong class={problems.length === 0 ? 'tag good' : 'tag'}>
          {problems.length === 0 ? 'ready' : 'not ready'}
        </strong>
      </h1>
      <Notice text={notice} />
      {problems.map((problem) => (
        <p class="problem">{problem}</p>
      ))}
      <section class="card">
        <h2>State</h2>
        <dl class="facts">
          <Fact name="Database">{database}</Fact>
          <Fact name="Archives">
            <PlaceText place={place} />
          </Fact>
          <Fact name="Stored">
            {formatSize(bytes)} in {countText(entries)} entries
          </Fact>
          <Fact name="Last collection">
            {collection === undefined ? (
              'none yet; unused archives are removed every 10 minutes'
            ) : (
              <>
                <Time time={new Date(collection.endedAt)} />: removed {countText(collection.entries)} entries
                that exceeded a quota, and {countText(collection.blobs)} unused archives
              </>
            )}
          </Fact>
        </dl>
      </section>
      <CheckSection {...{ model, visitor }} />
    </>
  );
}

function PlaceText({ place }: { readonly place: Place }) {
  if (place.kind === 'bucket')
    return (
      <>
        bucket <code>{place.name}</code> {place.endpoint === undefined ? '' : `at ${place.endpoint}`}
      </>
    );
  const { path, disk } = place;
  if (disk === undefined) return <code>{path}</code>;
  const used = 1 - disk.free / disk.total;
  return (
    <>
      <code>{path}</code>; {formatSize(disk.free)} of {formatSize(disk.total)} free{' '}
      <meter
        min={0}
        max={1}
        low={0.8}
        high={0.95}
        optimum={0}
        value={used}
        aria-label="Used part of the disk"
      />{' '}
      {percentText(used)} used
    </>
  );
}

function CheckSection({ model, visitor }: Pick<StorageProps, 'model' | 'visitor'>) {
  const { running, check } = model;
  return (
    <section class="card">
      <h2>Check</h2>
      <p>
        A check reads every archive, and compares its digest. The server works meanwhile. With repair, entries
        that cannot be restored are revoked, so that the next build writes them anew.
      </p>
      {running === undefined ? (
        <form method="post" action="/storage/checks" class="buttons">
          <FormKey visitor={visitor} />
          <button type="submit" class="primary">
            Check
          </button>
          <button type="submit" name="repair" value="yes">
            Check and repair
          </button>
        </form>
      ) : (
        <p class="notice">
          A check{running.isRepairing ? ' with repair' : ''} has run since{' '}
          <Time time={new Date(running.startedAt)} />: {countText(running.blobs)} archives,{' '}
          {formatSize(running.bytes)}, {countText(running.found)} findings.{' '}
          <a href="/storage">Show its progress</a>
        </p>
      )}
      {check === undefined ? <p>No check has run yet.</p> : <LastCheck check={check} />}
    </section>
  );
}

const meanings = {
  missing: 'entries without their archive',
  damaged: 'content with another digest',
  orphaned: 'used by no entry; removed by itself',
};

function LastCheck({ check }: { readonly check: CheckState }) {
  const { endedAt, isRepairing, blobs, bytes, found, findings, failure } = check;
  return (
    <>
      <p>
        Last check{isRepairing ? ', with repair' : ''}: <Time time={new Date(endedAt)} />, {countText(blobs)}{' '}
        archives, {formatSize(bytes)}.{' '}
        {found === 0 ? (
          <strong class="tag good">nothing found</strong>
        ) : (
          <strong class="tag">{countText(found)} found</strong>
        )}
      </p>
      {failure === undefined ? undefined : <p class="problem">The check ended early: {failure}</p>}
      {findings.length === 0 ? undefined : (
        <Table
          id="findings"
          caption={found > findings.length ? 'The first findings; the log has all' : 'Findings'}
          columns={[{ name: 'Archive' }, { name: 'Finding' }, { name: 'Entries', isNumber: true }]}
          rows={findings.map(({ kind, digest, entries }) => [
            <code>{digest}</code>,
            `${kind}: ${meanings[kind]}`,
            countText(entries),
          ])}
        />
      )}
    </>
  );
}
