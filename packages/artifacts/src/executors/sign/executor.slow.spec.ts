import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { formatPublicKey, formatSecretKey, generateKey } from '../../signing/keys.js';

const require = createRequire(import.meta.url);
const nxPackage = require.resolve('nx/package.json');
const nx = join(dirname(nxPackage), (require(nxPackage) as { bin: { nx: string } }).bin.nx);
const key = generateKey();
const secret = await formatSecretKey(key, undefined);
const folder = 'artifacts/archives/app';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sign-'));
  mkdirSync(join(root, 'app'));
  mkdirSync(join(root, folder), { recursive: true });
  const targets = {
    sign: { executor: '@millwright/artifacts:sign', options: { folder } },
    verify: { executor: '@millwright/artifacts:verify', options: { folder, keys: ['minisign.pub'] } },
  };
  for (const [path, content] of Object.entries({
    'package.json': JSON.stringify({ name: 'workspace', private: true }),
    'nx.json': JSON.stringify({ analytics: false }),
    'app/project.json': JSON.stringify({ name: 'app', targets }),
    'minisign.pub': formatPublicKey(key.publicKey),
    [`${folder}/app.tar.gz`]: 'archive',
  }))
    writeFileSync(join(root, path), content);
  symlinkSync(dirname(dirname(nxPackage)), join(root, 'node_modules'));
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

async function run(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly status: number | null; readonly output: string }> {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(CI$|NX_|VITEST|NODE_OPTIONS)/.test(name),
  );
  const quiet = { NX_DAEMON: 'false', NX_TUI: 'false', NO_COLOR: '1' };
  const child = spawn(process.execPath, [nx, 'run', ...args], {
    cwd: root,
    env: { ...Object.fromEntries(inherited), ...quiet, ...env },
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const status = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { status, output };
}

it('signs in CI only what the cache was not asked for, and verifies it', async () => {
  const env = { CI: 'true', MILLWRIGHT_SIGNING_KEY: secret };
  const refused = await run(['app:sign'], env);
  expect(refused.output).toContain('error[SIGNING_CACHE_UNTRUSTED]');
  expect(refused.status).not.toBe(0);
  expect((await run(['app:verify'])).output).toContain('error[RELEASE_NOT_VERIFIED]');

  const signed = await run(['app:sign', '--skip-nx-cache'], env);
  expect(signed.output).toContain(`1 file in ${folder}/SHA256SUMS, signed with the key ${key.publicKey.id}`);
  expect(signed.status).toBe(0);
  expect(readFileSync(join(root, folder, 'SHA256SUMS.minisig'), 'utf8')).toContain('file:SHA256SUMS');
  expect((await run(['app:verify'])).output).toContain(`1 file in ${folder} verified`);

  writeFileSync(join(root, folder, 'app.tar.gz'), 'other');
  writeFileSync(join(root, folder, 'stranger'), '');
  const { status, output } = await run(['app:verify']);
  expect(output).toMatch(/^changed {4}app\.tar\.gz .*\nextra {6}stranger /m);
  expect(output).toContain(`error[RELEASE_NOT_VERIFIED]: 2 files in ${folder} failed verification`);
  expect(status).not.toBe(0);
});

it('explains that there is no key, and that a folder is verified with keys', async () => {
  expect((await run(['app:sign'])).output).toContain('error[SIGNING_KEY_MISSING]');
  writeFileSync(
    join(root, 'app/project.json'),
    JSON.stringify({
      name: 'app',
      targets: { verify: { executor: '@millwright/artifacts:verify', options: { folder } } },
    }),
  );
  expect((await run(['app:verify'])).output).toContain('a folder is verified with the public keys to trust');
});
