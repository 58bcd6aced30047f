import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readWorkspace } from './read-workspace.js';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'windmill-workspace-'));
});
afterEach(() => {
  rmSync(root, { recursive: true });
});

const write = (files: Readonly<Record<string, string>>) => {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
};

it('reads scripts with their metadata, within `includes` and without `excludes`', () => {
  write({
    'wmill.yaml': 'includes: ["f/**"]\nexcludes: ["**/tests/**"]\ndefaultTs: deno\n',
    'f/a/x.ts': 'export function main() {}',
    'f/a/x.script.yaml': 'summary: X\n',
    'f/a/tests/y.py': 'def main(): ...',
    'u/me/z.py': 'def main(): ...',
  });
  expect(readWorkspace(root)).toEqual({
    scripts: [
      { path: 'f/a/x', language: 'deno', code: 'export function main() {}', metadata: { summary: 'X' } },
    ],
    ignored: [],
  });
});

it.each([
  ['a: [', /flow collection|Flow/i],
  ['a: 1\na: 2', /duplicate|unique/i],
])('reports metadata that does not parse with its file and line: %j', (text, why) => {
  write({ 'f/a/x.sh': '', 'f/a/x.script.yaml': text });
  expect(() => readWorkspace(root)).toThrow(
    expect.objectContaining({
      code: 'WORKSPACE_FILE_INVALID',
      location: { file: 'f/a/x.script.yaml', line: expect.any(Number) as number },
      why: expect.stringMatching(why) as string,
    }) as Error,
  );
});

it('reads no file outside the folder', () => {
  const outside = mkdtempSync(join(tmpdir(), 'windmill-outside-'));
  try {
    writeFileSync(join(outside, 'x.py'), 'def main(secret: str): ...');
    mkdirSync(join(root, 'f'), { recursive: true });
    symlinkSync(outside, join(root, 'f/a'));
    expect(readWorkspace(root).scripts).toEqual([]);
  } finally {
    rmSync(outside, { recursive: true });
  }
});
