/**
 * Writes the schema.json of every executor and generator, and the JSON Schemas for editors, from zod schemas, so that each
 * format is defined once. Reads the compiled packages: build first.
 *
 * node tools/generate-schemas.ts            writes the files
 * node tools/generate-schemas.ts --check    writes nothing, and exits with 1 if a file is out of date
 */
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { nxSchema } from '@millwright/toolkit';
import { format, resolveConfig } from 'prettier';
import type { z } from 'zod';

const sources = 'packages/*/src/{executors,generators}/*/schema.ts';
const editorSources = 'packages/*/src/editor-schemas.ts';

interface SchemaModule {
  readonly schema: z.ZodType;
  readonly title: string;
}

/**
 * Updates every schema.json, and every schema for editors, from its zod schema.
 * @param root the folder that contains `packages/`
 * @param write true to write; otherwise, the files are only compared
 * @returns the outdated files, relative to the root
 * @throws Error if a schema.ts is not compiled, or lacks `schema` or `title`
 */
export async function generateSchemas(root: string, write: boolean): Promise<string[]> {
  const outdated: string[] = [];
  const texts = [...(await optionSchemas(root)), ...(await editorSchemas(root))];
  for (const [path, text] of texts) {
    const expected = await format(text, { ...(await resolveConfig(path)), filepath: path });
    if (readIfPresent(path) === expected) continue;
    outdated.push(relative(root, path));
    if (write) writeFileSync(path, expected);
  }
  return outdated;
}

/** The path and the text of a file to write. */
type Written = readonly [path: string, text: string];

async function optionSchemas(root: string): Promise<Written[]> {
  const found = globSync(sources, { cwd: root }).sort();
  return Promise.all(
    found.map(async (source): Promise<Written> => [
      join(root, source.replace(/\.ts$/, '.json')),
      await schemaText(join(root, source)),
    ]),
  );
}

/** The schemas of files that people write, in the folder `schemas` of their package. */
async function editorSchemas(root: string): Promise<Written[]> {
  const found = globSync(editorSources, { cwd: root }).sort();
  const schemas = await Promise.all(
    found.map(async (source) => {
      const module = (await import(pathToFileURL(compiledPath(join(root, source))).href)) as {
        readonly editorSchemas: Readonly<Record<string, object>>;
      };
      return Object.entries(module.editorSchemas).map(([name, schema]): Written => [
        join(root, dirname(source), `../schemas/${name}.schema.json`),
        JSON.stringify(schema),
      ]);
    }),
  );
  return schemas.flat();
}

function compiledPath(source: string): string {
  return source.replace(`${sep}src${sep}`, `${sep}dist${sep}`).replace(/\.ts$/, '.js');
}

async function schemaText(source: string): Promise<string> {
  const { schema, title } = (await import(pathToFileURL(compiledPath(source)).href)) as Partial<SchemaModule>;
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
