/**
 * Writes the schema.json of every executor and generator from its zod schema, which is the truth; with
 * `--check` writes nothing and fails where one differs. Works on the built packages.
 */
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { format } from 'prettier';
import { nxSchema } from '@millwright/toolkit';
import type { z } from 'zod';

interface SchemaModule {
  readonly schema: z.ZodType;
  readonly title: string;
}

const check = process.argv.includes('--check');
const root = join(import.meta.dirname, '..');
let drifted = 0;
for (const source of globSync('packages/*/src/{executors,generators}/*/schema.ts', { cwd: root }).sort()) {
  const built = join(root, source.replace('/src/', '/dist/').replace(/\.ts$/, '.js'));
  const { schema, title } = (await import(pathToFileURL(built).href)) as SchemaModule;
  const text = await format(nxSchema(schema, title), { parser: 'json', printWidth: 110 });
  const path = join(root, dirname(source), 'schema.json');
  let present: string | undefined;
  try {
    present = readFileSync(path, 'utf8');
  } catch {
    present = undefined;
  }
  if (present === text) continue;
  drifted += 1;
  if (check) console.error(`${dirname(source)}/schema.json differs from schema.ts: run npm run schemas`);
  else writeFileSync(path, text);
}
process.exitCode = check && drifted > 0 ? 1 : 0;
