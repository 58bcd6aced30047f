/** Interoperability with the program minisign, as packaged by Debian. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatPublicKey, formatSecretKey, generateKey, parsePublicKey, parseSecretKey } from './keys.js';
import { createSignature, parseSignature, signedBytesOf, verifySignature } from './signatures.js';

const isMissing = spawnSync('minisign', ['-v']).error !== undefined;

describe.skipIf(isMissing && process.env.CI === undefined)('minisign (needs the program minisign)', () => {
  let folder: string;
  let app: string;
  const read = (name: string) => readFileSync(join(folder, name), 'utf8');
  const write = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
  };

  /**
   * minisign's default encryption requires 1 GiB. With less memory, it uses what is available, and stores
   * that in the file.
   */
  function minisign(
    args: readonly string[],
    input = '',
  ): { readonly status: number | null; readonly output: string } {
    const script = 'ulimit -v 60000; exec minisign "$@"';
    const child = spawnSync('sh', ['-c', script, 'sh', ...args], { cwd: folder, input, encoding: 'utf8' });
    return { status: child.status, output: child.stdout + child.stderr };
  }

  function mustRun(args: readonly string[], input?: string): void {
    const { status, output } = minisign(args, input);
    expect(status, output).toBe(0);
  }

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'minisign-'));
    app = join(folder, 'app');
    writeFileSync(app, 'content\n');
    mustRun(['-G', '-W', '-p', 'plain.pub', '-s', 'plain.key']);
    mustRun(['-G', '-p', 'encrypted.pub', '-s', 'encrypted.key'], 'correct horse\ncorrect horse\n');
  });

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it.each([
    ['prehashed', [], true],
    ['legacy', ['-l'], false],
  ])('creates %s signatures that we verify', async (_, flags, isPrehashed) => {
    mustRun(['-S', ...flags, '-s', 'plain.key', '-m', 'app', '-t', 'app 1.2.3, größer']);
    const signature = parseSignature(read('app.minisig'), 'app.minisig');
    expect(signature).toMatchObject({ isPrehashed, trustedComment: 'app 1.2.3, größer' });
    const key = parsePublicKey(read('plain.pub'), 'plain.pub');
    verifySignature(signature, key, await signedBytesOf(app, isPrehashed), 'app');
  });

  it.each([
    ['unencrypted', 'plain', undefined],
    ['encrypted', 'encrypted', 'correct horse'],
  ])('writes %s keys that we parse, and verifies our signatures with them', async (_, name, passphrase) => {
    const key = await parseSecretKey(read(`${name}.key`), passphrase, `${name}.key`);
    expect(key.publicKey).toEqual(parsePublicKey(read(`${name}.pub`), `${name}.pub`));
    write('app.minisig', createSignature(key, await signedBytesOf(app, true), 'signed by us'));
    const { status, output } = minisign(['-V', '-p', `${name}.pub`, '-m', 'app']);
    expect({ status, output }).toMatchObject({
      status: 0,
      output: expect.stringContaining('signed by us') as string,
    });
  });

  it.each([
    ['unencrypted', undefined],
    ['encrypted', 'correct horse'],
  ])('signs with %s keys that we write', async (_, passphrase) => {
    const key = generateKey();
    write('ours.pub', formatPublicKey(key.publicKey));
    write('ours.key', await formatSecretKey(key, passphrase, { operations: 1n << 19n, memory: 1n << 24n }));
    mustRun(['-S', '-s', 'ours.key', '-m', 'app'], `${passphrase ?? ''}\n`);
    const signature = parseSignature(read('app.minisig'), 'app.minisig');
    verifySignature(signature, key.publicKey, await signedBytesOf(app, true), 'app');
    mustRun(['-V', '-p', 'ours.pub', '-m', 'app']);
  });

  it('rejects our signature with a changed trusted comment, as we do', async () => {
    const key = await parseSecretKey(read('plain.key'), undefined, 'plain.key');
    const text = createSignature(key, await signedBytesOf(app, true), 'version 1');
    write('app.minisig', text.replace('version 1', 'version 2'));
    expect(minisign(['-V', '-p', 'plain.pub', '-m', 'app']).status).not.toBe(0);
  });
});
