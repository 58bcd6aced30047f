import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { statOf } from './stat.js';

it('returns the stats of existing files, otherwise undefined', () => {
  const folder = mkdtempSync(join(tmpdir(), 'millwright-stat-'));
  const at = (name: string) => join(folder, name);
  writeFileSync(at('file'), 'four');
  symlinkSync('file', at('link'));
  symlinkSync('gone', at('dangling'));
  symlinkSync('self', at('self'));
  try {
    expect(
      ['file', 'link', 'dangling', 'self', 'none', 'file/below'].map((name) => statOf(at(name))?.size),
    ).toEqual([4, 4, undefined, undefined, undefined, undefined]);
    expect(statOf(folder)?.isDirectory()).toBe(true);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
