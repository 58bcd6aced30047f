import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, afterEach, describe, expect, it } from 'vitest';

const program = join(import.meta.dirname, '../dist/cli.js');
/** Lets no module of Nx load, and none that opens connections. */
const withoutNxAndNetwork = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module';
  registerHooks({
    resolve(specifier, context, next) {
      if (/^(@nx\\/|nx(\\/|$)|(node:)?(net|tls|http2?|https|dns|dgram)$)/.test(specifier)) throw new Error('loads ' + specifier);
      return next(specifier, context);
    },
  });`)}`;
let folder: string;

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function millwright(args: readonly string[], env: Readonly<Record<string, string>> = {}): Ended {
  const child = spawnSync(process.execPath, ['--import', withoutNxAndNetwork, program, ...args], {
    cwd: folder,
    encoding: 'utf8',
    input: '',
    env: { ...process.env, FORCE_COLOR: undefined, MILLWRIGHT_PASSPHRASE: undefined, ...env },
  });
  return { status: child.status, stdout: child.stdout, stderr: child.stderr };
}

const write = (path: string, text: string) => {
  writeFileSync(join(folder, path), text);
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millwright-'));
  mkdirSync(join(folder, 'dist'));
  write('dist/app', 'binary');
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('with a key that is not encrypted', () => {
  beforeEach(() => {
    expect(millwright(['key', 'generate', '--no-passphrase'])).toMatchObject({ status: 0, stderr: '' });
    expect(millwright(['sign', 'dist', '--key', 'minisign.key', '--comment', 'app 1.2.3'])).toMatchObject({
      status: 0,
      stderr: '',
    });
  });

  it('signs a folder and verifies it, without Nx and without network', () => {
    expect(millwright(['verify', 'dist', '--key', 'minisign.pub'])).toEqual({
      status: 0,
      stdout: '1 file verified (app 1.2.3)\n',
      stderr: '',
    });
  });

  it('takes public keys before the folder, more than one, and as text', () => {
    const line = readFileSync(join(folder, 'minisign.pub'), 'utf8').split('\n')[1] ?? '';
    const other = ['key', 'generate', '--no-passphrase', '--secret-key', 'b.key', '--public-key', 'b.pub'];
    expect(millwright(other).status).toBe(0);
    expect(millwright(['verify', '--key', 'b.pub', '--key', line, 'dist']).status).toBe(0);
    expect(millwright(['verify', '--key', 'b.pub', 'dist'])).toMatchObject({
      status: 1,
      stdout: expect.stringMatching(/^untrusted {2}app {2}/) as string,
    });
    expect(millwright(['verify', '--key', line, '--revoked', 'minisign.pub', 'dist'])).toMatchObject({
      status: 1,
      stdout: expect.stringMatching(/^revoked {4}app {2}/) as string,
    });
  });

  it('names each file that is not verified, a line each, and exits with 1', () => {
    write('dist/app', 'other');
    write('dist/a\nfake', '');
    const { status, stdout } = millwright(['verify', 'dist', '--key', 'minisign.pub']);
    expect(status).toBe(1);
    expect(stdout.split('\n')).toEqual([
      'extra      a\\nfake  it is not listed in SHA256SUMS',
      'changed    app      its SHA-256 differs from SHA256SUMS',
      'not verified: 2 problems in dist',
      '',
    ]);
  });

  it('prints one JSON object, whole and in ASCII, before or after the name of the command', () => {
    for (let index = 0; index < 100; index++) write(`dist/\u009bé ${index}`, '');
    const args = ['verify', 'dist', '--key', 'minisign.pub'];
    for (const { status, stdout } of [millwright(['--json', ...args]), millwright([...args, '--json'])]) {
      expect(status).toBe(1);
      expect(stdout).toMatch(/^[\n -~]+$/);
      const data = JSON.parse(stdout) as { findings: unknown[] };
      expect(data).toMatchObject({ verified: false, files: 101, trustedComment: 'app 1.2.3' });
      expect(data.findings).toHaveLength(100);
      expect(data.findings[0]).toMatchObject({ kind: 'extra', path: '\u009bé 0' });
    }
  });

  it('does not overwrite a key, and writes neither file if one exists', () => {
    const before = readFileSync(join(folder, 'minisign.key'), 'utf8');
    expect(millwright(['key', 'generate', '--no-passphrase'])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('error[COMMAND_FILE_EXISTS]: cannot write minisign.key') as string,
    });
    expect(readFileSync(join(folder, 'minisign.key'), 'utf8')).toBe(before);
    expect(millwright(['key', 'generate', '--no-passphrase', '--secret-key', 'new.key'])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('error[COMMAND_FILE_EXISTS]: cannot write minisign.pub') as string,
    });
    expect(statSync(join(folder, 'new.key'), { throwIfNoEntry: false })).toBeUndefined();
  });
});

describe('a key that replaces another', () => {
  const key = (name: string) => ['--secret-key', `${name}.key`, '--public-key', `${name}.pub`];

  beforeEach(() => {
    for (const name of ['old', 'new'])
      expect(millwright(['key', 'generate', '--no-passphrase', ...key(name)]).status).toBe(0);
    expect(millwright(['sign', 'dist', '--key', 'new.key']).status).toBe(0);
    expect(millwright(['key', 'rotate', 'old.key', '--to', 'new.pub'])).toMatchObject({
      status: 0,
      stderr: '',
    });
  });

  it('is trusted with the statement of the old key, unless that is revoked', () => {
    const verify = ['verify', 'dist', '--key', 'old.pub'];
    expect(millwright(verify)).toMatchObject({
      status: 1,
      stdout: expect.stringMatching(/^untrusted/) as string,
    });
    expect(millwright([...verify, '--rotation', 'rotation.txt']).status).toBe(0);
    expect(millwright([...verify, '--rotation', 'rotation.txt', '--revoked', 'old.pub']).status).toBe(1);
  });

  it('is not trusted if the statement was modified', () => {
    const line = readFileSync(join(folder, 'old.pub'), 'utf8').split('\n')[1] ?? '';
    write(
      'rotation.txt',
      readFileSync(join(folder, 'rotation.txt'), 'utf8').replace(/^to: .*/m, `to: ${line}`),
    );
    expect(millwright(['verify', 'dist', '--key', 'old.pub', '--rotation', 'rotation.txt'])).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('error[ROTATION_INVALID]: rotation.txt') as string,
    });
  });
});

it('signs with a key of cosign, verifies and installs with it', () => {
  mkdirSync(join(folder, 'dist/binaries'));
  write('dist/binaries/app-linux-amd64', 'program');
  expect(millwright(['key', 'generate', '--format', 'cosign', '--no-passphrase']).status).toBe(0);
  expect(millwright(['sign', 'dist', '--key', 'cosign.key'])).toMatchObject({ status: 0, stderr: '' });
  expect(millwright(['verify', 'dist', '--key', 'cosign.pub']).stdout).toBe('2 files verified\n');
  expect(millwright(['verify', 'dist/app', '--key', 'cosign.pub']).stdout).toBe('1 file verified\n');
  const install = ['install', 'dist', '--platform', 'linux/amd64', '--cache', 'cache'];
  expect(millwright([...install, '--key', 'cosign.pub'])).toMatchObject({ status: 0, stderr: '' });
  expect(millwright(install)).toMatchObject({ status: 0, stderr: '' });
  const next = ['key', 'generate', '--format', 'cosign', '--no-passphrase', '--secret-key', 'new.key'];
  expect(millwright([...next, '--public-key', 'new.pub']).status).toBe(0);
  expect(millwright(['key', 'rotate', 'cosign.key', '--to', 'new.pub'])).toMatchObject({ status: 0 });
  expect(millwright(['sign', 'dist', '--key', 'new.key']).status).toBe(0);
  expect(millwright(install).stderr).toContain('INSTALL_SIGNER_CHANGED');
  const rotated = [...install, '--rotation', 'rotation.txt'];
  expect(millwright([...rotated, '--revoked', 'cosign.pub']).status).toBe(2);
  expect(millwright(rotated)).toMatchObject({ status: 0, stderr: '' });
});

it('installs an archive without Nx and without network, and names its programs', () => {
  write('app', '#!/bin/sh\necho hello');
  chmodSync(join(folder, 'app'), 0o755);
  rmSync(join(folder, 'dist/app'));
  execFileSync('tar', ['-czf', 'dist/app-1.0.0-linux-amd64.tar.gz', 'app'], { cwd: folder });
  expect(millwright(['key', 'generate', '--no-passphrase']).status).toBe(0);
  expect(millwright(['sign', 'dist', '--key', 'minisign.key']).status).toBe(0);
  const install = ['install', 'dist', '--platform', 'linux/amd64', '--cache', 'cache'];
  expect(millwright(install)).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('INSTALL_SIGNER_UNKNOWN') as string,
  });
  const { status, stdout, stderr } = millwright([...install, '--key', 'minisign.pub', '--json']);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const { folder: installed, programs } = JSON.parse(stdout) as { folder: string; programs: string[] };
  expect(execFileSync(join(folder, installed, programs[0] ?? ''), { encoding: 'utf8' })).toBe('hello\n');
  expect(millwright(install).stdout).toContain('app 1.0.0 for linux/amd64, signed with the key');
});

it('encrypts a key with a passphrase from the environment or a file, readable by its owner only', () => {
  expect(millwright(['key', 'generate'], { MILLWRIGHT_PASSPHRASE: 'correct horse' }).status).toBe(0);
  expect(statSync(join(folder, 'minisign.key')).mode & 0o777).toBe(0o600);
  write('passphrase', 'correct horse\n');
  const { status, stdout } = millwright(['key', 'public', 'minisign.key', '--passphrase-file', 'passphrase']);
  expect({ status, stdout }).toEqual({
    status: 0,
    stdout: readFileSync(join(folder, 'minisign.pub'), 'utf8'),
  });
  const wrong = millwright(['sign', 'dist', '--key', 'minisign.key'], { MILLWRIGHT_PASSPHRASE: 'wrong' });
  expect(wrong).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('SIGNING_PASSPHRASE_WRONG') as string,
  });
  expect(millwright(['sign', 'dist', '--key', 'minisign.key'])).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('COMMAND_PASSPHRASE_MISSING') as string,
  });
});

const hasTerminal = spawnSync('script', ['--version']).error === undefined;

describe.skipIf(!hasTerminal && process.env.CI === undefined)(
  'on a terminal (needs script of util-linux)',
  () => {
    /** Types once the question has been printed: before, the terminal itself would echo it. */
    async function answer(
      typed: string,
    ): Promise<{ readonly status: number | null; readonly screen: string }> {
      const command = `'${process.execPath}' '${program}' key public minisign.key`;
      const child = spawn('script', ['--quiet', '--return', '--command', command, '/dev/null'], {
        cwd: folder,
        env: { ...process.env, MILLWRIGHT_PASSPHRASE: undefined },
      });
      let screen = '';
      child.stdout.on('data', (chunk: Buffer) => {
        if (screen === '') child.stdin.write(typed);
        screen += chunk.toString();
      });
      const [status] = (await once(child, 'close')) as [number | null];
      return { status, screen };
    }

    beforeEach(() => {
      expect(millwright(['key', 'generate'], { MILLWRIGHT_PASSPHRASE: 'correct horse' }).status).toBe(0);
    });

    it.each([
      [
        'takes a passphrase, and does not show it',
        'correct horse\r',
        0,
        'untrusted comment: minisign public key',
      ],
      ['explains a wrong passphrase', 'wrong horse\r', 2, 'SIGNING_PASSPHRASE_WRONG'],
      ['explains what Ctrl+C stopped', '\u0003', 2, 'COMMAND_PASSPHRASE_MISSING'],
      ['explains what Ctrl+D stopped', '\u0004', 2, 'COMMAND_PASSPHRASE_MISSING'],
    ])('%s', async (_, typed, status, shown) => {
      const ended = await answer(typed);
      expect(ended).toEqual({ status, screen: expect.stringContaining(shown) as string });
      expect(ended.screen).not.toContain('horse');
    });
  },
);

it.each<[title: string, args: readonly string[], stderr: string]>([
  ['no command', [], 'Usage: millwright'],
  ['an unknown command', ['verifi', 'dist'], 'Did you mean verify?'],
  ['an unknown option', ['verify', 'dist', '--key', 'x', '--revokd', 'x'], 'Did you mean --revoked?'],
  ['no key', ['verify', 'dist'], "one of the options '--key <file-or-key>' and '--certificate-identity"],
  ['no key to sign with', ['sign', 'dist'], "exactly one of the options '--key <file>' and '--keyless'"],
  [
    'a key and none',
    ['sign', 'dist', '--key', 'x', '--keyless'],
    "exactly one of the options '--key <file>'",
  ],
  [
    'an identity without an issuer',
    ['verify', 'dist', '--certificate-identity', 'a@b'],
    'must be passed together',
  ],
  [
    'an identity without a root',
    ['verify', 'dist', '--certificate-identity', 'a@b', '--certificate-oidc-issuer', 'https://x'],
    "needs the option '--trusted-root <file>'",
  ],
  [
    'a trusted root that does not exist',
    ['verify', 'dist', '--key', 'x', '--trusted-root', 'no.json'],
    'error[COMMAND_FILE_UNREADABLE]',
  ],
  [
    'a trusted root that is none',
    ['install', 'dist', '--trusted-root', 'dist/app'],
    'error[TRUSTED_ROOT_INVALID]: dist/app',
  ],
  [
    'a key that does not exist',
    ['verify', 'dist', '--key', 'no.pub'],
    'error[COMMAND_FILE_UNREADABLE]: cannot read no.pub',
  ],
  ['a key that is none', ['verify', 'dist', '--key', 'dist/app'], 'error[SIGNING_KEY_INVALID]: dist/app'],
  [
    'a secret key that is none',
    ['sign', 'dist', '--key', 'dist/app'],
    'error[SIGNING_KEY_INVALID]: dist/app',
  ],
  [
    'an empty passphrase',
    ['key', 'generate', '--passphrase-file', '/dev/null'],
    'error[COMMAND_FILE_UNREADABLE]: cannot read /dev/null',
  ],
  [
    'a folder that cannot be written',
    ['key', 'generate', '--no-passphrase', '--secret-key', 'no/x'],
    'error[COMMAND_FILE_NOT_WRITABLE]: cannot write no/x',
  ],
])('exits with 2 for %s', (_, args, stderr) => {
  const ended = millwright(args);
  expect(ended.stderr).toContain(stderr);
  expect(ended).toMatchObject({ status: 2, stdout: '' });
});

it('prints errors as JSON to standard output, too', () => {
  const { status, stdout } = millwright(['verify', 'no', '--key', `RW${'A'.repeat(54)}`, '--json']);
  expect(status).toBe(2);
  expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'SIGNING_KEY_INVALID' } });
});

it.each([
  [[]],
  [['key', 'generate']],
  [['key', 'public']],
  [['key', 'rotate']],
  [['sign']],
  [['verify']],
  [['install']],
])('shows help for %j, without colours', (command) => {
  const { status, stdout } = millwright([...command, '--help']);
  expect(status).toBe(0);
  expect(stdout).toMatch(/^Usage: millwright/);
  expect(stdout).toMatch(command.length === 0 ? /Exit codes:/ : /Examples:\n {2}\$ millwright /);
  // eslint-disable-next-line no-control-regex -- it is what is looked for
  expect(stdout).not.toMatch(/\u001B/);
});
