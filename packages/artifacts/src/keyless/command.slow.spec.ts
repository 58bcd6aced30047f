/** The command `millwright` with a Sigstore instance. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { identityToken, startInstance, type TestInstance, workflow } from './sigstore.spec.helper.js';

const program = join(import.meta.dirname, '../../../cli/dist/cli.js');
/** Lets no module load that opens connections. */
const withoutNetwork = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module';
  registerHooks({
    resolve(specifier, context, next) {
      if (/^(node:)?(net|tls|http2?|https|dns|dgram)$/.test(specifier)) throw new Error('loads ' + specifier);
      return next(specifier, context);
    },
  });`)}`;
/** In case that the tests run in CI. */
const noIdentity = { SIGSTORE_ID_TOKEN: '', GITHUB_ACTIONS: '', ACTIONS_ID_TOKEN_REQUEST_URL: '' };
let instance: TestInstance;
let folder: string;

async function millwright(
  args: readonly string[],
  { env = {}, offline = true }: { readonly env?: NodeJS.ProcessEnv; readonly offline?: boolean } = {},
) {
  const node = offline ? ['--import', withoutNetwork] : [];
  const child = spawn(process.execPath, [...node, program, ...args], {
    cwd: folder,
    env: { ...process.env, ...noIdentity, ...env },
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()));
  const [status] = (await once(child, 'close')) as [number | null];
  return { status, ...output };
}

const trust = [
  ...['--certificate-identity', workflow.replace('v1.2.3', '*')],
  ...['--certificate-oidc-issuer', 'https://token.example.org', '--trusted-root', 'root.json'],
];
const install = ['install', 'dist', '--platform', 'linux/amd64', '--cache', 'cache'];

beforeAll(async () => {
  instance = await startInstance();
  folder = mkdtempSync(join(tmpdir(), 'millwright-keyless-'));
  mkdirSync(join(folder, 'dist/binaries'), { recursive: true });
  writeFileSync(join(folder, 'dist/binaries/app-linux-amd64'), 'program');
  writeFileSync(join(folder, 'root.json'), instance.root);
});

afterAll(() => {
  instance.server.close();
  rmSync(folder, { recursive: true, force: true });
});

it('signs with the identity of a CI job; verifies and installs without network', async () => {
  const urls = ['--fulcio-url', instance.url, '--rekor-url', instance.url];
  expect(await millwright(['sign', 'dist', '--keyless', ...urls], { offline: false })).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('error[SIGNING_IDENTITY_MISSING]') as string,
  });
  const env = { SIGSTORE_ID_TOKEN: identityToken() };
  expect(await millwright(['sign', 'dist', '--keyless', ...urls], { env, offline: false })).toEqual({
    status: 0,
    stdout: '1 file in SHA256SUMS, signed with a certificate\n',
    stderr: '',
  });
  expect(await millwright(['verify', 'dist', ...trust])).toEqual({
    status: 0,
    stdout: '1 file verified\n',
    stderr: '',
  });
  expect(await millwright(['verify', 'dist', ...trust, '--certificate-identity', 'me@x'])).toMatchObject({
    status: 1,
    stdout: expect.stringMatching(/^untrusted .* not by me@x/) as string,
  });
  expect(await millwright([...install, ...trust])).toMatchObject({
    status: 0,
    stdout: expect.stringContaining(
      `app for linux/amd64, signed with the certificate of ${workflow}`,
    ) as string,
  });
  const lock = () => JSON.parse(readFileSync(join(folder, 'millwright.lock.json'), 'utf8')) as object;
  expect(lock()).toMatchObject({
    components: { app: { signer: { identity: workflow.replace('v1.2.3', '*') } } },
  });
  // Later installations trust the identity in the lock file, and need the root only.
  expect(await millwright(install)).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('error[TRUSTED_ROOT_INVALID]: refusing to install app') as string,
  });
  const later = await millwright([...install, '--trusted-root', 'root.json', '--json']);
  expect(JSON.parse(later.stdout)).toMatchObject({ identity: workflow, keyId: null });
  const other = { SIGSTORE_ID_TOKEN: identityToken({ sub: 'https://example.org/evil/app' }) };
  expect(
    (await millwright(['sign', 'dist', '--keyless', ...urls], { env: other, offline: false })).status,
  ).toBe(0);
  expect(await millwright([...install, ...trust, '--certificate-identity', '*'])).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('error[INSTALL_SIGNER_CHANGED]') as string,
  });
});
