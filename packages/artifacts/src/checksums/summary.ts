import { formatSize, printable, type TaskOutcome } from '@millwright/toolkit';
import type { Checksum } from './checksums.js';
import { artifactsFolder, checksumsPath } from '../layout/layout.js';

/** As many artifacts as are listed one by one. */
const shownArtifacts = 20;

/** How Nx calls a task that ran; the other outcomes that succeed come from a cache. */
const ran = 'success';
const succeeded: ReadonlySet<string> = new Set([
  ran,
  'local-cache',
  'local-cache-kept-existing',
  'remote-cache',
]);

/**
 * The artifacts that the tasks of a run handed over, a line each: name, platform, size, path, and whether it was built
 * or comes from the cache. Empty where there are none.
 * @param checksums what `checksums.json` lists
 */
export function artifactSummary(checksums: readonly Checksum[], outcomes: Iterable<TaskOutcome>): string {
  const origins = new Map<string, string>();
  for (const { task, status } of outcomes) {
    if (!succeeded.has(status)) continue;
    for (const output of task.outputs) origins.set(output, status === ran ? 'built' : 'from the cache');
  }
  const rows = checksums.flatMap(({ path, platform, size }) => {
    const place = `${artifactsFolder}/${path}`;
    const origin = origins.get(place);
    const name = path.split('/').at(-1) ?? path;
    return origin === undefined ? [] : [[name, platform, formatSize(size), place, origin]];
  });
  if (rows.length === 0) return '';
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows
    .slice(0, shownArtifacts)
    .map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd());
  const more = rows.length - lines.length;
  return printable(
    ['Artifacts:', ...lines, ...(more > 0 ? [`  and ${more} more, listed in ${checksumsPath}`] : [])].join(
      '\n',
    ),
  );
}
