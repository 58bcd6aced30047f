import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { declaredInputs } from '../../go-cli/declared-inputs.js';
import { undeclaredReads } from './undeclared.js';

const started = Date.now() + 60_000;
let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'millwright-undeclared-'));
  const files = {
    '.gitignore': 'module/ignored.txt\n',
    'module/own.txt': '',
    'module/ignored.txt': '',
    'module/nx-ignored.txt': '',
    'shared/file.txt': '',
    'fixtures/a.txt': '',
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  writeFileSync(join(root, '.nxignore'), 'module/nx-ignored.txt\n');
  writeFileSync(join(root, 'shared/written.txt'), '');
  utimesSync(join(root, 'shared/written.txt'), new Date(started + 1000), new Date(started + 1000));
  symlinkSync('../shared/file.txt', join(root, 'module/linked.txt'));
  execFileSync('git', ['init', '--quiet'], { cwd: root });
});
afterAll(() => {
  rmSync(root, { recursive: true });
});

interface Reads {
  readonly variables?: readonly string[];
  readonly opened?: readonly string[];
  readonly checked?: readonly string[];
}

async function undeclared({ variables = [], opened = [], checked = [] }: Reads): Promise<string[]> {
  const absolute = (paths: readonly string[]) => new Set(paths.map((path) => join(root, path)));
  const found = await undeclaredReads(
    { variables: new Set(variables), opened: absolute(opened), checked: absolute(checked) },
    {
      workspaceRoot: root,
      folder: join(root, 'module'),
      declared: declaredInputs(['{projectRoot}/**/*', { env: 'DECLARED' }], 'module'),
      set: new Set(['SET_BY_OPTION']),
      started,
      env: {},
    },
  );
  return found.map(({ kind, name }) => `${kind} ${name}`).sort();
}

it.each<[string, Reads, string[]]>([
  ['a variable', { variables: ['URL'] }, ['variable URL']],
  ['a declared variable', { variables: ['DECLARED'] }, []],
  ['a variable that the options set', { variables: ['SET_BY_OPTION'] }, []],
  [
    'variables of the machine, of Nx and of go',
    { variables: ['PATH', 'TMPDIR', 'NX_TASK_HASH', 'FORCE_COLOR', 'GOROOT', 'GOAMD64'] },
    [],
  ],
  ['a variable that only begins like one of go', { variables: ['GOOGLE_KEY'] }, ['variable GOOGLE_KEY']],
  ['a declared file', { opened: ['module/own.txt'] }, []],
  ['a declared file that is missing', { checked: ['module/none.txt'] }, []],
  ['a file that git ignores', { opened: ['module/ignored.txt'] }, ['path module/ignored.txt']],
  ['a file that Nx ignores', { opened: ['module/nx-ignored.txt'] }, ['path module/nx-ignored.txt']],
  ['a file outside the module', { opened: ['shared/file.txt'] }, ['path shared/file.txt']],
  ['a missing file outside the module', { checked: ['shared/none.txt'] }, ['path shared/none.txt']],
  ['the target of a link', { opened: ['module/linked.txt'] }, ['path shared/file.txt']],
  ['a file that the tests wrote', { opened: ['shared/written.txt'] }, []],
  ['the names in a folder', { opened: ['fixtures'] }, ['names fixtures']],
  ['a folder whose existence is checked', { checked: ['fixtures', '.'] }, []],
  ['a folder of the module', { opened: ['module'] }, []],
  ['files of Git', { opened: ['.git/HEAD', '.git/config'] }, ['git .']],
  ['files of Nx', { opened: ['.nx/workspace-data/x'] }, []],
])('records the inputs of: %s', async (_, reads, expected) => {
  expect(await undeclared(reads)).toEqual(expected);
});

it('ignores files of the machine, but no others outside the workspace', async () => {
  const found = await undeclaredReads(
    {
      variables: new Set(),
      opened: new Set([
        '/etc/hosts',
        '/proc/self/status',
        '/dev/null',
        join(tmpdir(), 'x'),
        '/srv/fixtures/x',
      ]),
      checked: new Set(),
    },
    {
      workspaceRoot: root,
      folder: join(root, 'module'),
      declared: declaredInputs([], 'module'),
      set: new Set(),
      started,
      env: {},
    },
  );
  expect(found).toEqual([{ kind: 'path', name: '/srv/fixtures/x' }]);
});
