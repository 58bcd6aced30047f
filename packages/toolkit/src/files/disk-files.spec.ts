import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { diskFiles } from './disk-files.js';
import { ReadBudget } from './read-budget.js';
import { readText } from './read-text.js';

let folder: string;
let workspace: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'disk-files-'));
  workspace = join(folder, 'workspace');
  mkdirSync(join(workspace, 'stack'), { recursive: true });
  writeFileSync(join(folder, 'outside.yaml'), 'secret');
  writeFileSync(join(workspace, 'inside.yaml'), 'text');
  symlinkSync('../inside.yaml', join(workspace, 'stack/link.yaml'));
  symlinkSync('../../outside.yaml', join(workspace, 'stack/out.yaml'));
  symlinkSync('../..', join(workspace, 'stack/above'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('diskFiles', () => {
  it.each(['inside.yaml', 'stack/link.yaml', 'stack/../inside.yaml'])('reads %s', (path) => {
    expect(diskFiles(workspace).read(path)).toBe('text');
  });

  it.each(['../outside.yaml', 'stack/out.yaml', 'stack/above/outside.yaml'])(
    'does not read %s outside the workspace, and warns about it',
    (path) => {
      const say = vi.spyOn(console, 'error').mockImplementation(() => undefined);
      expect(diskFiles(workspace).read(path)).toBeUndefined();
      expect(say.mock.calls.join('\n')).toContain(
        'was ignored\n  cause: it is outside the folder that files are read from',
      );
      say.mockRestore();
    },
  );

  it('reads a workspace through a link', () => {
    symlinkSync('workspace', join(folder, 'checkout'));
    expect(diskFiles(join(folder, 'checkout')).read('stack/link.yaml')).toBe('text');
  });
});

describe('ReadBudget', () => {
  it('stops reading when the total is too large, and warns once', () => {
    const say = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const budget = new ReadBudget('sources of this test', 9);
    const read = () => readText(join(workspace, 'inside.yaml'), { budget });
    expect([read(), read(), read(), read()]).toEqual(['text', 'text', undefined, undefined]);
    expect(say.mock.calls).toEqual([[expect.stringContaining('is more than 9 B')]]);
    say.mockRestore();
  });
});
