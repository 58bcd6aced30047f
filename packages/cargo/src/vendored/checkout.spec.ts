import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseOptions } from '@millwright/toolkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Checkout, mustRunGit } from './checkout.js';
import { schema } from '../executors/update/schema.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'checkout-'));
  const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, stdio: 'ignore' });
  git('init');
  writeFileSync(join(folder, 'file'), '');
  git('add', '.');
  git('-c', 'user.name=T', '-c', 'user.email=t@example.org', 'commit', '--message', 'x');
  git('remote', 'add', 'origin', folder);
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const ran = () => join(folder, 'ran');

it('never passes a revision to git as an option', async () => {
  await expect(
    new Checkout(folder).moveTo(`--upload-pack=touch ${ran()};git-upload-pack`),
  ).rejects.toMatchObject({ code: 'REVISION_UNKNOWN' });
  expect(existsSync(ran())).toBe(false);
});

it('reports a cause if git fails without a message', async () => {
  await expect(mustRunGit(folder, ['rev-parse', '--verify', '--quiet', 'nothing'])).rejects.toMatchObject({
    code: 'PROCESS_FAILED',
    why: 'git printed no error message',
  });
});

it.each([
  '--upload-pack=touch x;git-upload-pack',
  '-q',
  '+refs/heads/a:refs/heads/b',
  'a:b',
  'a b',
  '',
  'a\nb',
])('rejects %j as a revision', (to) => {
  expect(() => parseOptions(schema, { to, list: 'a.json' }, 'update')).toThrow(
    expect.objectContaining({ code: 'OPTION_INVALID' }),
  );
});

it.each(['v1', 'release/2.0', '0123abc', 'HEAD~2', 'main^', 'main@{1}', 7])(
  'accepts %j as a revision',
  (to) => {
    expect(parseOptions(schema, { to, list: 'a.json' }, 'update').to).toBe(String(to));
  },
);
