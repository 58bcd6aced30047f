/** Formats tables of measurements for a terminal or as Markdown. */
import Table from 'cli-table3';
import type { Absent } from './contenders.ts';
import { median, pairwise } from './statistics.ts';

export interface Sheet {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Explanations of the table, one line each. */
  readonly notes?: readonly string[];
}

export function render(sheets: readonly Sheet[], markdown: boolean): string {
  return sheets.map(markdown ? asMarkdown : asTable).join('\n\n');
}

function asTable({ title, head, rows, notes = [] }: Sheet): string {
  const table = new Table({
    head: [...head],
    colAligns: head.map((_, index) => (index === 0 ? 'left' : 'right')),
    style: { head: [], border: [], compact: true },
  });
  for (const row of rows) table.push([...row]);
  return [title, table.toString(), ...notes].join('\n');
}

function asMarkdown({ title, head, rows, notes = [] }: Sheet): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const rule = head.map((_, index) => (index === 0 ? '---' : '---:'));
  const table = [line(head), line(rule), ...rows.map(line)].join('\n');
  return [`## ${title}`, table, ...notes.map((note) => `- ${note}`)].join('\n\n');
}

export function shownSeconds(seconds: number): string {
  return seconds.toFixed(seconds < 1 ? 3 : 2);
}

export function shownRatio(ratio: number): string {
  return `${ratio.toFixed(2)}×`;
}

/** Formats seconds, and the ratio to the baseline that the table names. */
export function cell(seconds: readonly number[], floor: readonly number[] | undefined): string {
  const ratio = floor ? ` (${shownRatio(pairwise(seconds, floor, (one, other) => one / other))})` : '';
  return `${shownSeconds(median(seconds))}${ratio}`;
}

/** Returns the row of a way that could not be measured. */
export function notRun({ name, why }: Absent, columns: number): string[] {
  return [name, `not run: ${why}`, ...Array.from({ length: columns - 2 }, () => '')];
}
