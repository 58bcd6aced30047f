import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { generateSchemas } from './generate-schemas.ts';

let root: string;
const schemaJson = join('packages', 'p', 'src', 'executors', 'e', 'schema.json');

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'schemas-'));
  symlinkSync(join(import.meta.dirname, '..', 'node_modules'), join(root, 'node_modules'));
  compile(
    "export const title = 'T'; export const schema = z.strictObject({ jobs: z.int().default(2), kinds: z.enum(['a', 'b']) });",
  );
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function compile(source: string): void {
  for (const [kind, ending] of [
    ['src', 'ts'],
    ['dist', 'js'],
  ] as const) {
    const folder = join(root, 'packages', 'p', kind, 'executors', 'e');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `schema.${ending}`), `import { z } from 'zod';\n${source}\n`);
  }
  cpSync(join(import.meta.dirname, '..', '.prettierrc.json'), join(root, '.prettierrc.json'));
}

it('writes the schema once, and returns the file', async () => {
  expect(await generateSchemas(root, true)).toEqual([schemaJson]);
  const text = readFileSync(join(root, schemaJson), 'utf8');
  expect(JSON.parse(text)).toMatchObject({
    version: 2,
    title: 'T',
    properties: { jobs: { type: 'integer', default: 2 }, kinds: { description: 'One of: a, b.' } },
  });
  expect(await generateSchemas(root, true)).toEqual([]);
});

it('returns an outdated file without changing it in check mode', async () => {
  await generateSchemas(root, true);
  writeFileSync(join(root, schemaJson), '{}\n');
  expect(await generateSchemas(root, false)).toEqual([schemaJson]);
  expect(readFileSync(join(root, schemaJson), 'utf8')).toBe('{}\n');
});

it('reports what a schema lacks', async () => {
  rmSync(join(root, 'packages'), { recursive: true });
  compile('export const schema = z.object({});');
  await expect(generateSchemas(root, true)).rejects.toThrow(/schema\.ts has to export/);
});
