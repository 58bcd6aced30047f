import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { missingSecrets } from './secrets.js';

const folder = mkdtempSync(join(tmpdir(), 'secrets-'));
writeFileSync(join(folder, 'there'), 'flour');
mkdirSync(join(folder, 'a-folder'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const problemsWith = (files: Readonly<Record<string, string>>) => {
  const secrets = Object.fromEntries(
    Object.entries(files).map(([name, file]) => [name, { file: join(folder, file) }]),
  );
  const model = { name: 'mill', secrets: { ...secrets, elsewhere: { environment: 'TOKEN' } } };
  return missingSecrets(model, 'mill', folder).map(({ code, what, why }) => [code, what, why]);
};

it.each<[string, Record<string, string>, string[][]]>([
  ['all files exist', { key: 'there' }, []],
  [
    'some files are missing',
    { key: 'none', other: 'none-either', third: 'there' },
    [
      [
        'SECRET_MISSING',
        'missing files for the secrets key, other of mill',
        'file not found: none, none-either',
      ],
    ],
  ],
  [
    'one path is a folder',
    { key: 'a-folder' },
    [['SECRET_MISSING', 'missing file for the secret key of mill', 'file not found: a-folder']],
  ],
])('missingSecrets where %s', (_, files, expected) => {
  expect(problemsWith(files)).toEqual(expected);
});

it('reports nothing for a stack without secrets', () => {
  expect(missingSecrets({ name: 'mill' }, 'mill', folder)).toEqual([]);
});
