import { formatSize, printable, type TaskOutcome } from '@millwright/toolkit';
import type { Checksum } from './checksums.js';
import { artifactsFolder, checksumsPath } from '../layout/layout.js';

/** The maximum number of artifacts that are listed individually. */
const shownArtifacts = 20;

/** Nx's status of a task that was executed. Other successful statuses come from a cache. */
const ran = 'success';
const succeeded: ReadonlySet<string> = new Set([
  ran,
  'local-cache',
  'local-cache-kept-existing',
  'remote-cache',
]);

/**
 * Lists the artifacts of a run's tasks, one per line: name, platform, size, path, and whether it was built
 * or restored. Empty if there are none.
 * @param checksums the entries of `checksums.json`
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
