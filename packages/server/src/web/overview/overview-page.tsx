import { formatSize } from '@millwright/toolkit/core';
import type { Dimension } from '../../cache/history.js';
import { Select, WorkspaceSelect } from '../choices.js';
import { countText, percentText } from '../format.js';
import { type Column, Table } from '../table.js';
import { Chart } from './chart.js';
import { type KeyRow, type OverviewModel, type QuotaRow, type Range, ranges } from './overview-model.js';
import { share, size } from './units.js';

interface OverviewProps {
  readonly model: OverviewModel;
  readonly workspace: string | undefined;
  readonly workspaces: readonly string[];
  readonly range: Range;
  readonly dimension: Dimension;
}

/** More rows are nobody's overview. */
const maximumRows = 50;

export function Overview({ model, workspace, workspaces, range, dimension }: OverviewProps) {
  const { total } = model;
  const span = ranges[range].name;
  const by = dimension === 'kind' ? 'class' : 'project';
  return (
    <>
      <h1>Overview</h1>
      <form method="get" action="/" class="filters">
        <WorkspaceSelect {...{ workspaces, workspace }} />
        <Select
          label="Time"
          name="range"
          value={range}
          options={Object.entries(ranges).map(([value, { name }]) => ({ value, name }))}
        />
        <Select
          label="Split by"
          name="by"
          value={dimension}
          options={[
            { value: 'kind', name: 'class' },
            { value: 'project', name: 'project' },
          ]}
        />
        <button type="submit">Show</button>
      </form>
      <dl class="figures">
        <Figure name="Hit rate" value={percentText(total.hitRate)} note={`in ${span}`} />
        <Figure name="Hits" value={countText(total.hits)} note={`${formatSize(total.readBytes)} restored`} />
        <Figure name="Misses" value={countText(total.misses)} note={`${countText(total.writes)} stored`} />
        <Figure
          name="Stored now"
          value={formatSize(total.storedBytes)}
          note={`${countText(model.quotas.reduce((sum, { entries }) => sum + entries, 0))} entries`}
        />
      </dl>
      <div class="charts">
        <Chart
          id="hit-rate"
          title={`Hit rate by ${by}`}
          summary={`Over ${span}: ${percentText(total.hitRate)} of ${countText(total.hits + total.misses)} requests.`}
          kind="lines"
          times={model.times}
          series={model.hitRates}
          unit={share}
        />
        <Chart
          id="size"
          title={`Stored size by ${by}`}
          summary={`${formatSize(total.storedBytes)} now.`}
          kind="areas"
          times={model.times}
          series={model.sizes}
          unit={size}
        />
      </div>
      <UsageTable rows={model.rows} by={by} span={span} />
      <QuotaTable rows={model.quotas} />
    </>
  );
}

function Figure({
  name,
  value,
  note,
}: {
  readonly name: string;
  readonly value: string;
  readonly note: string;
}) {
  return (
    <div class="card">
      <dt>{name}</dt>
      <dd>
        <b>{value}</b> <span>{note}</span>
      </dd>
    </div>
  );
}

function UsageTable({
  rows,
  by,
  span,
}: {
  readonly rows: readonly KeyRow[];
  readonly by: string;
  readonly span: string;
}) {
  return (
    <section class="card">
      <h2>Use in {span}</h2>
      {rows.length === 0 ? (
        <p>Nothing was read or stored. Point Nx at this server, and run a task.</p>
      ) : (
        <Table
          id="usage"
          caption={`By ${by}, the most requests first`}
          columns={[
            { name: by === 'class' ? 'Kind of class' : 'Project' },
            ...['Hit rate', 'Hits', 'Misses', 'Restored', 'Writes', 'Stored now'].map(number),
          ]}
          rows={rows
            .slice(0, maximumRows)
            .map((row) => [
              row.name,
              percentText(row.hitRate),
              countText(row.hits),
              countText(row.misses),
              formatSize(row.readBytes),
              countText(row.writes),
              formatSize(row.storedBytes),
            ])}
        />
      )}
      {rows.length > maximumRows ? (
        <p>{countText(rows.length - maximumRows)} more are not shown.</p>
      ) : undefined}
    </section>
  );
}

function QuotaTable({ rows }: { readonly rows: readonly QuotaRow[] }) {
  return (
    <section class="card">
      <h2>Quotas</h2>
      {rows.length === 0 ? (
        <p>No workspace has entries.</p>
      ) : (
        <Table
          id="quotas"
          caption="What each kind of class uses in a workspace"
          columns={[
            { name: 'Workspace' },
            { name: 'Kind of class' },
            { name: 'Used' },
            ...['Stored', 'Quota', 'Entries'].map(number),
          ]}
          rows={rows.map(({ workspace, kind, entries, bytes, quota }) => [
            workspace,
            kind,
            <>
              <meter
                min={0}
                max={1}
                low={0.8}
                high={0.95}
                optimum={0}
                value={Math.min(1, bytes / quota)}
                aria-label={`${kind} in ${workspace}`}
              />{' '}
              {percentText(bytes / quota)}
            </>,
            formatSize(bytes),
            formatSize(quota),
            countText(entries),
          ])}
        />
      )}
    </section>
  );
}

function number(name: string): Column {
  return { name, isNumber: true };
}
