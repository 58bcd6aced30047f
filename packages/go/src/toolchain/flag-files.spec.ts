import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { filesInFlags, wordsOf } from './flag-files.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'millwright-flags-'));
  writeFileSync(
    join(folder, 'overlay.json'),
    '{"Replace":{"/a.go":"other.go","/b.go":"","/c.go":"/abs.go"}}',
  );
  writeFileSync(join(folder, 'broken.json'), '{');
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

it.each<[string, string[]]>([
  ['-pgo=cpu.pprof', ['cpu.pprof']],
  ['--pgo=/srv/cpu.pprof', ['/srv/cpu.pprof']],
  ['-pgo=auto -pgo=off', []],
  ['-modfile=ci.mod', ['ci.mod', 'ci.sum']],
  ['-modfile ci.mod', ['ci.mod', 'ci.sum']],
  ['-overlay=overlay.json', ['/abs.go', 'other.go', 'overlay.json']],
  ['-overlay=broken.json', ['broken.json']],
  ["'-pgo=with blank.pprof' -tags=x", ['with blank.pprof']],
  ['-ldflags=-s -trimpath', []],
])('finds the files named by %s', (flags, expected) => {
  const named = filesInFlags(wordsOf(flags), [folder]);
  expect(named).toEqual(expected.map((path) => (path.startsWith('/') ? path : join(folder, path))).sort());
});
