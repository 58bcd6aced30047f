import { spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { identityToken, startInstance, workflow } from '../../keyless/sigstore.spec.helper.js';
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

function writeProject(targets: object): void {
  writeFileSync(join(root, 'app/project.json'), JSON.stringify({ name: 'app', targets }));
}

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

it('signs in CI only what the same run built, also where an earlier step restored it', async () => {
  writeProject({
    package: { command: `printf built > ../${folder}/app.tar.gz`, options: { cwd: 'app' }, cache: true },
    sign: { executor: '@millwright/artifacts:sign', dependsOn: ['package'], options: { folder } },
  });
  const env = { CI: 'true', MILLWRIGHT_SIGNING_KEY: secret };
  const refused = await run(['app:sign', '--skip-nx-cache', '--exclude-task-dependencies'], env);
  expect(refused.output).toContain(
    'error[SIGNING_CACHE_UNTRUSTED]: refusing to sign: this run did not build',
  );
  expect(refused.status).not.toBe(0);
  expect(existsSync(join(root, folder, 'SHA256SUMS'))).toBe(false);

  const signed = await run(['app:sign', '--skip-nx-cache'], env);
  expect(signed.output).toContain(`signed with the key ${key.publicKey.id}`);
  expect(readFileSync(join(root, folder, 'app.tar.gz'), 'utf8')).toBe('built');
});

it('signs with the identity of a CI job, and verifies it', async () => {
  const instance = await startInstance();
  const services = { fulcioUrl: instance.url, rekorUrl: instance.url, timestampUrl: instance.url };
  const identity = {
    certificateIdentity: workflow.replace('v1.2.3', '*'),
    certificateOidcIssuer: 'https://token.example.org',
    trustedRoot: 'root.json',
  };
  writeFileSync(join(root, 'root.json'), instance.root);
  writeProject({
    sign: {
      executor: '@millwright/artifacts:sign',
      options: { folder, keyless: true, rekorVersion: 2, ...services },
    },
    verify: { executor: '@millwright/artifacts:verify', options: { folder, ...identity } },
  });
  try {
    const signed = await run(['app:sign'], { SIGSTORE_ID_TOKEN: identityToken() });
    expect(signed.output).toContain(`1 file in ${folder}/SHA256SUMS, signed with a certificate`);
  } finally {
    instance.server.close();
  }
  expect((await run(['app:verify'])).output).toContain(`1 file in ${folder} verified`);
  const { output } = await run(['app:verify', '--certificateIdentity=me@example.org']);
  expect(output).toMatch(/^untrusted +app.tar.gz .* not by me@example.org$/m);
});

it('explains that there is no key, and that a folder is verified with keys', async () => {
  expect((await run(['app:sign'])).output).toContain('error[SIGNING_KEY_MISSING]');
  writeProject({ verify: { executor: '@millwright/artifacts:verify', options: { folder } } });
  expect((await run(['app:verify'])).output).toContain('a folder is verified with the public keys to trust');
});
