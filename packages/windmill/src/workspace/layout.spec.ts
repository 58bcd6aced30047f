import { expect, it } from 'vitest';
import { scriptsIn } from './layout.js';

const found = (files: readonly string[], defaultTs: 'bun' | 'deno' = 'bun') =>
  scriptsIn(files, defaultTs).scripts.map(
    ({ path, language, metadata }) => `${path} ${language}${metadata ? ' *' : ''}`,
  );

it.each<[name: string, files: string[], expected: string[]]>([
  [
    'by their endings',
    ['f/a/x.py', 'f/a/x.script.yaml', 'f/a/y.fetch.ts', 'f/a/z.pg.sql'],
    ['f/a/x python3 *', 'f/a/y nativets', 'f/a/z postgresql'],
  ],
  ['with metadata in JSON', ['u/me/x.sh', 'u/me/x.script.json'], ['u/me/x bash *']],
  [
    'but not steps of flows and code of apps',
    ['f/a/x.flow/step.ts', 'f/a/y.app/z.py', 'f/a/w__flow/step.py'],
    [],
  ],
  [
    'with several files, by the main one',
    ['f/a/x__mod/script.py', 'f/a/x__mod/script.yaml', 'f/a/x__mod/help.py', 'f/a/y.ts', 'f/a/y__mod/z.ts'],
    ['f/a/x python3 *', 'f/a/y bun'],
  ],
  [
    'but not modules in the folder of another one, or of a flow',
    ['f/a/x__mod/lib/script.py', 'f/a/w__flow/s__mod/script.ts', 'f/a/x__mod/script'],
    [],
  ],
  [
    'in a folder whose name only ends with flow',
    ['f/scraper_flow/a.py', 'f/scraper_flow/a.script.yaml'],
    ['f/scraper_flow/a python3 *'],
  ],
  ['but not files whose path Windmill does not store', ['f/a/my script.py', 'f/x.py', 'lib/a/x.py'], []],
  ['in subfolders', ['f/a/b/c/x.go'], ['f/a/b/c/x go']],
])('scripts are found %s', (_, files, expected) => {
  expect(found(files)).toEqual(expected);
});

it('the language of .ts is that of defaultTs', () => {
  expect(found(['f/a/x.ts', 'f/a/y.bun.ts'], 'deno')).toEqual(['f/a/x deno', 'f/a/y bun']);
});

it('metadata without code is named', () => {
  expect(scriptsIn(['f/a/x.script.yaml', 'f/a/x.unknown'], 'bun').orphans).toEqual(['f/a/x.script.yaml']);
});
