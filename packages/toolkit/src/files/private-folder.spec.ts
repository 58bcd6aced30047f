import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { privateFolder } from './private-folder.js';

let folder: string;
const at = (path: string) => join(folder, path);
const inTemporary = () => at(`tmp/millwright-${process.geteuid?.() ?? 'user'}`);
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'private-'));
  mkdirSync(at('cache'));
  mkdirSync(at('tmp'));
  vi.stubEnv('TMPDIR', at('tmp'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const locks = () => privateFolder('locks', { XDG_CACHE_HOME: at('cache') });
const modeOf = (path: string) => statSync(path).mode & 0o777;

it("is created in the user's cache folder, accessible only to the user", () => {
  expect(locks()).toBe(at('cache/millwright/locks'));
  expect([modeOf(at('cache/millwright')), modeOf(locks())]).toEqual([0o700, 0o700]);
});

it('removes the access of other users', () => {
  mkdirSync(at('cache/millwright/locks'), { recursive: true });
  chmodSync(at('cache/millwright/locks'), 0o777);
  expect(modeOf(locks())).toBe(0o700);
});

it('uses the temporary folder if the cache folder is not writable', () => {
  writeFileSync(at('cache/millwright'), 'a file');
  expect(locks()).toBe(join(inTemporary(), 'locks'));
  expect(modeOf(inTemporary())).toBe(0o700);
});

it('does not follow a link', () => {
  writeFileSync(at('cache/millwright'), 'a file');
  mkdirSync(at('elsewhere'));
  symlinkSync(at('elsewhere'), inTemporary());
  expect(locks).toThrow(expect.objectContaining({ code: 'PRIVATE_FOLDER_UNSAFE' }));
  expect(() => statSync(at('elsewhere/locks'))).toThrow('ENOENT');
});

it.runIf(process.geteuid?.() === 0)('does not use a folder of another user', () => {
  writeFileSync(at('cache/millwright'), 'a file');
  mkdirSync(inTemporary());
  chownSync(inTemporary(), 12345, 12345);
  expect(locks).toThrow(expect.objectContaining({ why: expect.stringContaining('another user') as string }));
});
