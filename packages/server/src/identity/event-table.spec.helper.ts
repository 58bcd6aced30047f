import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** An event of GitHub Actions, the claims of its token, and the class that the README promises. */
export interface EventRow {
  readonly title: string;
  readonly claims: { readonly event_name: string; readonly ref: string; readonly ref_protected: string };
  readonly trustClass: string;
}

/** Returns the rows of the table of events in the README. */
export function eventTable(): EventRow[] {
  const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');
  const row = /^\| (.+?) +\| `(\w+)` +\| `(refs\/[^`]+)` +\| (yes|no) +\| `([^`]+)` +\|$/gm;
  return [...readme.matchAll(row)].map(
    ([, title = '', event = '', ref = '', isProtected, trustClass = '']) => ({
      title: title.replaceAll('`', ''),
      claims: { event_name: event, ref, ref_protected: String(isProtected === 'yes') },
      trustClass,
    }),
  );
}
