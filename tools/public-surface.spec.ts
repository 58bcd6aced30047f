import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { errorSectionsOf } from './surface/error-sections.ts';
import { renamedErrors, surface } from './public-surface.ts';
import { inferredTargets } from './surface/target-kinds.ts';

const root = join(import.meta.dirname, '..');

interface Registry {
  readonly executors?: Readonly<Record<string, Entry>>;
  readonly generators?: Readonly<Record<string, Entry>>;
}
interface Entry {
  readonly implementation?: string;
  readonly factory?: string;
  readonly schema: string;
}

const read = (path: string): unknown => JSON.parse(readFileSync(join(root, path), 'utf8'));

/** Returns every executor and generator by its public name, with its options. */
const found = globSync('packages/*/{executors,generators}.json', { cwd: root })
  .sort()
  .flatMap((file) => {
    const { executors = {}, generators = {} } = read(file) as Registry;
    const folder = dirname(file);
    return Object.entries({ ...executors, ...generators }).map(([name, entry]) => ({
      ...{ kind: basename(file, '.json'), name: `@millwright/${basename(folder)}:${name}` },
      module: join(root, folder, entry.implementation ?? entry.factory ?? ''),
      options: Object.keys((read(join(folder, entry.schema)) as { properties?: object }).properties ?? {}),
    }));
  });

describe.each(['executors', 'generators'] as const)('the public %s', (kind) => {
  const entries = found.filter((entry) => entry.kind === kind);

  it('equal the table, including options', () => {
    const shown = Object.fromEntries(entries.map(({ name, options }) => [name, options.sort().join(' ')]));
    expect(shown).toEqual(surface[kind]);
  });

  it.each(entries)('include $name, which can be loaded', async ({ module }) => {
    const path = module.endsWith('.js') ? module : `${module}.js`;
    const { default: start } = (await import(pathToFileURL(path).href)) as { readonly default: unknown };
    expect(start).toBeTypeOf('function');
  });
});

it('the inferred targets of each kind of project, with their executors, equal the table', async () => {
  expect(await inferredTargets()).toEqual(surface.targets);
});

it('the error codes equal the table', async () => {
  const codes = (await errorSectionsOf(root)).map(({ title, entries }) => [
    title,
    Object.keys(entries).sort().join(' '),
  ]);
  expect(Object.fromEntries(codes)).toEqual(surface.errors);
});

it('the former error codes equal the table, and none is used again', async () => {
  const sections = await errorSectionsOf(root);
  const entries = sections.flatMap((section) => Object.entries(section.entries));
  const former = entries.flatMap(([code, { former: old = [] }]) => old.map((name) => [name, code] as const));
  expect(Object.fromEntries(former)).toEqual(renamedErrors);
  expect(entries.map(([code]) => code).filter((code) => code in renamedErrors)).toEqual([]);
});
