import { readFileSync } from 'node:fs';
import { join } from 'node:path';

interface Fixture {
  /** The nodes of the project graph of examples/gristmill, with the parts that CI reads. */
  readonly nodes: object;
  /** Kinds of change, with the tasks that `nx affected -t build,test,lint,format-check --files=<file>` selected. */
  readonly changes: readonly { readonly name: string; readonly file: string; readonly tasks: object }[];
}

export const gristmill = JSON.parse(
  readFileSync(join(import.meta.dirname, 'fixtures/gristmill.json'), 'utf8'),
) as Fixture;

/** Returns the file that Nx writes for a change. */
export function taskGraphOf(tasks: object): string {
  return JSON.stringify({ graph: { nodes: gristmill.nodes }, tasks: { tasks } });
}
