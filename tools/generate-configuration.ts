/**
 * Writes docs/configuration.md from the zod schemas of plugins, executors and generators; with `--check` writes nothing
 * and fails if the page is out of date. Reads the compiled packages: build first.
 */
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { format } from 'prettier';
import { z } from 'zod';

const root = join(import.meta.dirname, '..');
const path = join(root, 'docs/configuration.md');

/** The parts of JSON Schema (draft 7) that zod writes for options. */
interface JsonSchema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly description?: string;
  readonly default?: unknown;
  /** Ours; zod drops the standard `examples` from schemas that transform their value. */
  readonly example?: unknown;
}

/** The type of an option, as a TypeScript programmer writes it. */
function typeOf(schema: JsonSchema): string {
  if (schema.enum)
    return schema.enum.length > 4 ? 'string' : schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  if (schema.anyOf) return [...new Set(schema.anyOf.map(typeOf))].join(' | ');
  if (schema.type === 'array') {
    const items = typeOf(schema.items ?? {});
    return items.includes(' ') ? `(${items})[]` : `${items}[]`;
  }
  return schema.type ?? 'string';
}

/** An example: the one in the schema, otherwise a value other than the default. */
function exampleOf(schema: JsonSchema): unknown {
  if (schema.example !== undefined) return schema.example;
  if (schema.type === 'boolean') return schema.default !== true;
  return schema.enum?.find((value) => value !== schema.default);
}

function code(value: unknown): string {
  return value === undefined ? '' : `\`${JSON.stringify(value).replaceAll('|', '\\|')}\``;
}

function tableOf(schema: z.ZodType): string {
  const { properties = {} } = z.toJSONSchema(schema, { target: 'draft-7', io: 'input' }) as JsonSchema;
  // `__unparsed__` is how Nx passes arguments on.
  const rows = Object.entries(properties).filter(([name]) => !name.startsWith('__'));
  if (rows.length === 0) return 'No options.';
  return [
    '| option | type | default | meaning | example |',
    '| --- | --- | --- | --- | --- |',
    ...rows.map(([name, option]) => {
      const choices = option.enum && option.enum.length > 4 ? ` One of: ${option.enum.join(', ')}.` : '';
      const type = `\`${typeOf(option).replaceAll('|', '\\|')}\``;
      const meaning = `${option.description ?? ''}${choices}`.replaceAll('|', '\\|').replaceAll('<', '\\<');
      return `| \`${name}\` | ${type} | ${code(option.default)} | ${meaning} | ${code(exampleOf(option))} |`;
    }),
  ].join('\n');
}

async function imported(file: string): Promise<Record<string, unknown>> {
  return (await import(pathToFileURL(join(root, file)).href)) as Record<string, unknown>;
}

/** A section for each executor or generator of a package. */
async function sections(folder: string, kind: 'executors' | 'generators'): Promise<string[]> {
  const files = globSync(`${folder}/dist/${kind}/*/schema.js`, { cwd: root }).sort();
  const name = basename(folder);
  return Promise.all(
    files.map(async (file) => {
      const { schema, title } = (await imported(file)) as { schema: z.ZodType; title: string };
      const called = `@millwright/${name}:${basename(dirname(file))}`;
      const heading = kind === 'executors' ? 'Executor' : 'Generator';
      return `### ${heading} \`${called}\`\n\n${title}.\n\n${tableOf(schema)}`;
    }),
  );
}

/** The chapter of a package, empty if it has no options. */
async function chapter(folder: string): Promise<string[]> {
  const plugin = globSync(`${folder}/src/options.ts`, { cwd: root })[0];
  const options =
    plugin === undefined
      ? undefined
      : ((await imported(plugin.replace('/src/', '/dist/').replace(/ts$/, 'js'))).pluginOptions as z.ZodType);
  const parts = [
    ...(options === undefined ? [] : [`### Plugin options in nx.json\n\n${tableOf(options)}`]),
    ...(await sections(folder, 'executors')),
    ...(await sections(folder, 'generators')),
  ];
  return parts.length === 0 ? [] : [`## @millwright/${basename(folder)}`, ...parts];
}

const folders = globSync('packages/*', { cwd: root }).sort();
const chapters = (await Promise.all(folders.map(chapter))).flat();
const text = await format(
  [
    '# Configuration',
    'All options of the plugins, executors and generators. This page is generated from their schemas.',
    'Set plugin options in the `options` of the entry in `nx.json`, and executor options in the `options` or a ' +
      'configuration of a target in `project.json`, in `targetDefaults`, or on the command line. An option whose ' +
      'description says "set by the plugin" belongs to inferred targets.',
    ...chapters,
  ].join('\n\n'),
  { parser: 'markdown', printWidth: 110, proseWrap: 'preserve' },
);

if (process.argv.includes('--check')) {
  if (readFileSync(path, 'utf8') !== text) {
    console.error('docs/configuration.md is out of date: npm run schemas');
    process.exitCode = 1;
  }
} else {
  writeFileSync(path, text);
}
