import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeFileAtomically } from './atomic-file.js';
import { temporaryFolder } from './temporary.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'temporary-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function age(path: string, hours: number): void {
  const then = Date.now() / 1000 - hours * 3600;
  utimesSync(path, then, then);
}

describe('an atomically written file', () => {
  it.each([
    ['.state.json.0123456789ab.tmp', 2, false],
    ['.state.json.0123456789ab.tmp', 0.5, true],
    ['.other.json.0123456789ab.tmp', 2, true],
    ['.state.json.backup.tmp', 2, true],
  ])('temporaryBeside keeps %s that is %d hours old: %j', (name, hours, stays) => {
    writeFileSync(join(folder, name), 'half');
    age(join(folder, name), hours);
    writeFileAtomically(join(folder, 'state.json'), 'whole');
    expect(readdirSync(folder).sort()).toEqual([...(stays ? [name] : []), 'state.json']);
  });
});

describe('a folder for temporary files', () => {
  it('is new, named after its kind, and private', () => {
    const [one, other] = [temporaryFolder('go', folder), temporaryFolder('go', folder)];
    expect(one).not.toBe(other);
    expect(basename(one)).toMatch(/^millwright-go-\w{6}$/);
  });

  it.each([
    ['millwright-go-a1B2c3', 25, false],
    ['millwright-go-a1B2c3', 23, true],
    ['millwright-go-test-a1B2c3', 25, true],
    ['millwright-1000', 25, true],
  ])('temporaryFolder keeps %s that is %d hours old: %j', (name, hours, stays) => {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'big'), '');
    age(join(folder, name), hours);
    temporaryFolder('go', folder);
    expect(existsSync(join(folder, name))).toBe(stays);
  });

  it('fails with a MillwrightError if it cannot be created', () => {
    writeFileSync(join(folder, 'file'), '');
    expect(() => temporaryFolder('go', join(folder, 'file'))).toThrow(
      expect.objectContaining({ code: 'TEMPORARY_FOLDER_UNUSABLE' }),
    );
  });
});
