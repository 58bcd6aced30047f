/**
 * Writes the schema.json of every executor and generator from its zod schema, so that options are defined
 * once. Reads the compiled packages: build first.
 *
 * node tools/generate-schemas.ts            writes the files
 * node tools/generate-schemas.ts --check    writes nothing, and exits with 1 if a file is out of date
 */
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { nxSchema } from '@millwright/toolkit';
import { format, resolveConfig } from 'prettier';
import type { z } from 'zod';

const sources = 'packages/*/src/{executors,generators}/*/schema.ts';

interface SchemaModule {
  readonly schema: z.ZodType;
  readonly title: string;
}

/**
 * Updates every schema.json from its zod schema.
 * @param root the folder that contains `packages/`
 * @param write true to write; otherwise, the files are only compared
 * @returns the outdated files, relative to the root
 * @throws Error if a schema.ts is not compiled, or lacks `schema` or `title`
 */
export async function generateSchemas(root: string, write: boolean): Promise<string[]> {
  const outdated: string[] = [];
  for (const source of globSync(sources, { cwd: root }).sort()) {
    const path = join(root, source.replace(/\.ts$/, '.json'));
    const expected = await format(await schemaText(join(root, source)), {
      ...(await resolveConfig(path)),
      filepath: path,
    });
    if (readIfPresent(path) === expected) continue;
    outdated.push(relative(root, path));
    if (write) writeFileSync(path, expected);
  }
  return outdated;
}

async function schemaText(source: string): Promise<string> {
  const compiled = source.replace(`${sep}src${sep}`, `${sep}dist${sep}`).replace(/\.ts$/, '.js');
  const { schema, title } = (await import(pathToFileURL(compiled).href)) as Partial<SchemaModule>;
  if (schema === undefined || title === undefined) {
    throw new Error(`${source} has to export schema (zod) and title (a string)`);
  }
  return nxSchema(schema, title);
}

function readIfPresent(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

if (import.meta.main) {
  const check = process.argv.includes('--check');
  const outdated = await generateSchemas(join(import.meta.dirname, '..'), !check);
  for (const path of outdated) console.log(check ? `out of date: ${path}` : `wrote ${path}`);
  if (check && outdated.length > 0) {
    console.log('Run "npm run schemas" and commit what it writes.');
    process.exitCode = 1;
  }
}
