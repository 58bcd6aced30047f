import { formatSeconds } from '../text/units.js';
import type { BatchRecord, InputChange } from './observed/inputs.js';
import type { ExplainReport, HashedFrom } from './report.js';

/** Formats the report as text. */
export function formatReport(report: ExplainReport): string {
  const { task, last, changes, hashedFrom, batch } = report;
  return [
    `${task}  (hash ${report.hash})`,
    ...section('Last result', lastLines(last)),
    ...section('Now', nowLines(last, changes)),
    ...section('Hashed from', hashedLines(hashedFrom)),
    ...(batch === null ? [] : section('Processes', batchLines(batch, task))),
    ...(last === null || last.status === 'restored' ? [] : section('Time', timeLines(last.time))),
  ].join('\n');
}

/** Formats the outcome of a task and its changes, one per line. */
export function formatChanges(
  task: string,
  status: string,
  changes: readonly InputChange[] | undefined,
): string {
  const outcome = status === 'success' ? 'ran' : status === 'failure' ? 'failed' : 'restored from the cache';
  return [`${task}: ${outcome}; ${reasonOf(changes)}`, ...changeLines(changes ?? [])].join('\n');
}

function reasonOf(changes: readonly InputChange[] | undefined): string {
  if (changes === undefined) return 'no earlier state to compare with';
  return changes.length === 0
    ? 'inputs are those of the previous result'
    : 'inputs differ from the previous result:';
}

function lastLines(last: ExplainReport['last']): string[] {
  if (last === null) return ['none recorded; run the task once, so that explain can compare with it'];
  const what = last.status === 'ran' ? `took ${seconds(last.time.task)}` : 'restored from the cache';
  return [`${last.at}, ${what}; ${reasonOf(last.changes ?? undefined)}`, ...changeLines(last.changes ?? [])];
}

function nowLines(last: ExplainReport['last'], changes: readonly InputChange[] | null): string[] {
  if (last === null || changes === null) return ['Nx would run the task, or restore it from a shared cache'];
  if (changes.length === 0) return ['nothing changed since: Nx would restore the last result'];
  return [
    'changed since; Nx would run the task unless this state is already cached:',
    ...changeLines(changes),
  ];
}

/** The maximum number of inputs of one kind that are listed. */
const maxListed = 12;

function changeLines(changes: readonly InputChange[]): string[] {
  const lines = changes.slice(0, maxListed).map(changeLine);
  const more = changes.length - lines.length;
  return [...lines, ...(more > 0 ? [`  and ${more} more; --json lists them`] : [])];
}

/** The kinds whose names need no label. */
const plain: ReadonlySet<InputChange['kind']> = new Set(['file', 'machine', 'command line']);

function changeLine({ kind, how, name, before, after, through, origin }: InputChange): string {
  const what = plain.has(kind) ? name : `${kind} ${name}`;
  const values = [before, after].some(isReadable) ? `: ${before ?? 'nothing'} -> ${after ?? 'nothing'}` : '';
  const notes = [origin, through === undefined ? undefined : `through ${through}`];
  const shown = notes.filter((note) => note !== undefined).map((note) => `  (${note})`);
  return `  ${how.padEnd(7)}  ${what}${values}${shown.join('')}`;
}

/** Returns false for digests, which only show that a value changed. */
function isReadable(value: string | undefined): boolean {
  return value !== undefined && value !== '' && !/^(?:[0-9a-f]{12}|[0-9a-f]{64})$/.test(value);
}

function hashedLines(from: HashedFrom): string[] {
  const pairs = (values: Readonly<Record<string, string>>) =>
    Object.entries(values).map(([name, value]) => (value === '' ? name : `${name}=${value}`));
  // Millwright's own variables represent inputs that are listed elsewhere.
  const unset = from.unsetVariables.filter((name) => !/^(MILLWRIGHT|NX)_/.test(name));
  const rows: readonly (readonly [string, readonly string[]])[] = [
    ['files', foldersOf(from.files)],
    ['tasks', from.tasks],
    ['machine', from.machine],
    ['variables', from.variables],
    ['not set', unset],
    ['options', pairs(from.options)],
    ['command line', pairs(from.overrides)],
    ['definitions', from.projects],
    ['commands', from.commands],
  ];
  return rows.filter(([, values]) => values.length > 0).flatMap(([name, values]) => wrapped(name, values));
}

/** The maximum line length, without the indentation of a section. */
const width = 98;

/** Formats a list after its name, wrapped to several lines if necessary. */
function wrapped(name: string, values: readonly string[]): string[] {
  const more = values.length - maxListed;
  const shown = [...values.slice(0, maxListed), ...(more > 0 ? [`${more} more`] : [])];
  const lines: string[] = [];
  let line = name.padEnd(14);
  for (const [index, value] of shown.entries()) {
    const text = index === shown.length - 1 ? value : `${value},`;
    if (line.length + text.length > width && line.trim() !== '' && line.trim() !== name) {
      lines.push(line.trimEnd());
      line = ' '.repeat(14);
    }
    line += `${text} `;
  }
  return [...lines, line.trimEnd()];
}

/** Summarizes many files by folder: `crates/app/src (12)`. */
function foldersOf(files: readonly string[]): string[] {
  if (files.length <= maxListed) return [...files];
  const folders = Map.groupBy(files, (path) => path.slice(0, Math.max(0, path.lastIndexOf('/'))));
  const counted = [...folders].map(([folder, own]) => [folder, own, own.length] as const);
  return counted
    .sort(([, , one], [, , other]) => other - one)
    .map(([folder, own, count]) =>
      count === 1 ? (own[0] ?? '') : `${folder === '' ? '.' : folder} (${count})`,
    );
}

function batchLines({ processes }: BatchRecord, task: string): string[] {
  return processes.flatMap(({ label, tasks, separateBecause, milliseconds, details }, index) => [
    `${tasks.includes(task) ? '*' : ' '} ${index + 1}. ${label}: ${seconds(milliseconds)}${details === '' ? '' : `, ${details}`}`,
    ...(separateBecause === '' ? [] : [`     not in 1: ${separateBecause}`]),
    ...(tasks.length === 1 ? [] : [`     together: ${tasks.slice(0, maxListed).join(', ')}`]),
  ]);
}

function timeLines({
  before,
  task,
  preparing,
  process,
}: NonNullable<ExplainReport['last']>['time']): string[] {
  const rest = preparing === null || process === null ? null : task - preparing - process;
  return [
    `${seconds(before)}  before the task: project graph, hashes, other tasks`,
    `${seconds(task)}  the task`,
    ...(preparing === null ? [] : [`  ${seconds(preparing)}  toolchain, linker, grouping`]),
    ...(process === null ? [] : [`  ${seconds(process)}  the process above`]),
    ...(rest === null || rest <= 0 ? [] : [`  ${seconds(rest)}  other processes, checks, placing`]),
  ];
}

function seconds(milliseconds: number): string {
  return formatSeconds(milliseconds / 1000);
}

function section(title: string, lines: readonly string[]): string[] {
  return ['', title, ...lines.map((line) => `  ${line}`)];
}
