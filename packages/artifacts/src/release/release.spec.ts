import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { formatPublicKey, generateKey } from '../signing/keys.js';
import { parseRevokedKeys } from '../signing/revocations.js';
import { createSignature } from '../signing/signatures.js';
import { signerFor } from '../signing/signer.js';
import type { TrustedKey } from '../signing/trusted-keys.js';
import { parseChecksumFile } from './checksum-file.js';
import { signFolder } from './sign.js';
import { verifyFolder } from './verify.js';

const key = generateKey();
const other = generateKey();
const digest = 'a'.repeat(64);
let folder: string;

const at = (path: string) => join(folder, path);
const write = (path: string, text: string) => {
  writeFileSync(at(path), text);
};
const read = (path: string) => readFileSync(at(path), 'utf8');
const signFile = (path: string, signer = key) => {
  write(
    `${path}.minisig`,
    createSignature(signer, createHash('blake2b512').update(read(path)).digest(), 'own'),
  );
};
const sign = (signer = key) => signFolder(folder, signerFor(signer, 'app 1.2.3'));
const verify = (revoked = [] as TrustedKey[]) => verifyFolder(folder, { trusted: [key.publicKey], revoked });

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'release-'));
  mkdirSync(at('linux'));
  write('linux/app', 'binary');
  write('README.md', 'text');
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('signing a folder', () => {
  it('writes a checksum file that sha256sum accepts, and signs it', async () => {
    write('größe mit Leerzeichen', '');
    expect(await sign()).toEqual(['README.md', 'größe mit Leerzeichen', 'linux/app']);
    const output = execFileSync('sha256sum', ['--check', '--strict', 'SHA256SUMS'], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(output).toContain('linux/app: OK');
    expect(await verify()).toEqual({ files: 3, findings: [], attestations: [], trustedComment: 'app 1.2.3' });
  });

  it('is reproducible', async () => {
    await sign();
    const first = [read('SHA256SUMS'), read('SHA256SUMS.minisig')];
    await sign();
    expect([read('SHA256SUMS'), read('SHA256SUMS.minisig')]).toEqual(first);
  });

  it.each([
    [
      'a name with a line feed',
      () => {
        write('a\nb', '');
      },
      'it has a control character or a backslash',
    ],
    [
      'a name with a backslash',
      () => {
        write('a\\b', '');
      },
      'it has a control character or a backslash',
    ],
    [
      'a link',
      () => {
        symlinkSync('README.md', at('link'));
      },
      'it is not a regular file',
    ],
  ])('rejects %s, and leaves nothing behind', async (_, prepare, why) => {
    prepare();
    const before = readdirSync(folder);
    await expect(sign()).rejects.toMatchObject({ code: 'RELEASE_FILE_REFUSED', why });
    expect(readdirSync(folder)).toEqual(before);
  });

  it.each(['README.md', 'missing'])('rejects %s, which is not a folder', async (path) => {
    await expect(signFolder(at(path), signerFor(key, ''))).rejects.toMatchObject({
      code: 'RELEASE_FOLDER_UNREADABLE',
    });
  });
});

describe('signing a folder with names that other systems take for one', () => {
  it.each([
    ['by case', 'readme.md', 'README.md'],
    ['by Unicode normalization', 'ma\u0301s', 'm\u00e1s'],
    ['in the name of a folder', 'Linux/tool', 'linux/app'],
    ["by case, from the checksum file's own", 'sha256sums', 'SHA256SUMS'],
  ])('refuses those that differ %s', async (_, path, other) => {
    for (const one of [path, other]) {
      mkdirSync(dirname(at(one)), { recursive: true });
      write(one, 'text');
    }
    await expect(sign()).rejects.toMatchObject({
      code: 'RELEASE_FILE_REFUSED',
      why: expect.stringContaining('differ only in case or Unicode normalization') as string,
    });
  });
});

describe('verifying a folder', () => {
  it.each(['SHA256SUMS', 'SHA256SUMS.minisig'])('follows no link in place of %s', async (name) => {
    await sign();
    const elsewhere = `${folder}-elsewhere`;
    renameSync(at(name), elsewhere);
    symlinkSync(elsewhere, at(name));
    const { findings } = await verify();
    rmSync(elsewhere);
    expect(findings.map(({ kind, detail }) => `${kind} ${detail}`).join()).toContain('it is a symbolic link');
  });

  const list = 'SHA256SUMS';
  it.each<[title: string, change: () => void, findings: readonly (readonly [kind: string, path: string])[]]>([
    [
      'a changed file',
      () => {
        write('linux/app', 'other');
      },
      [['changed', 'linux/app']],
    ],
    [
      'a missing file',
      () => {
        rmSync(at('linux/app'));
      },
      [['missing', 'linux/app']],
    ],
    [
      'an extra file',
      () => {
        write('linux/new', '');
      },
      [['extra', 'linux/new']],
    ],
    [
      'a hidden extra file',
      () => {
        write('.new', '');
      },
      [['extra', '.new']],
    ],
    [
      'the signature of a file that is missing',
      () => {
        write('gone.minisig', '');
      },
      [['extra', 'gone.minisig']],
    ],
    [
      'a link instead of a file',
      () => {
        rmSync(at('README.md'));
        symlinkSync('linux/app', at('README.md'));
      },
      [['changed', 'README.md']],
    ],
    [
      'an extra link',
      () => {
        symlinkSync('README.md', at('link'));
      },
      [['extra', 'link']],
    ],
    [
      'files without a signature',
      () => {
        rmSync(at(`${list}.minisig`));
      },
      [
        ['unsigned', 'README.md'],
        ['unsigned', 'linux/app'],
      ],
    ],
    [
      'files without a checksum file',
      () => {
        rmSync(at(list));
        rmSync(at(`${list}.minisig`));
      },
      [
        ['unsigned', 'README.md'],
        ['unsigned', 'linux/app'],
      ],
    ],
    [
      'an untrusted key',
      () => {
        signFile(list, other);
      },
      [
        ['untrusted', 'README.md'],
        ['untrusted', 'linux/app'],
      ],
    ],
    [
      'a checksum file that is newer than its signature',
      () => {
        write('linux/app', 'other');
        write(
          list,
          read(list).replace(/^\w+(?= {2}linux)/m, createHash('sha256').update('other').digest('hex')),
        );
      },
      [
        ['stale', 'README.md'],
        ['stale', 'linux/app'],
      ],
    ],
    [
      'a changed trusted comment',
      () => {
        write(`${list}.minisig`, read(`${list}.minisig`).replace('1.2.3', '1.2.4'));
      },
      [
        ['invalid', 'README.md'],
        ['invalid', 'linux/app'],
      ],
    ],
    [
      'a truncated signature',
      () => {
        write(`${list}.minisig`, read(`${list}.minisig`).slice(0, 100));
      },
      [
        ['invalid', 'README.md'],
        ['invalid', 'linux/app'],
      ],
    ],
    [
      'a truncated checksum file',
      () => {
        write(list, read(list).slice(0, 70));
      },
      [
        ['invalid', list],
        ['unsigned', 'README.md'],
        ['unsigned', 'linux/app'],
      ],
    ],
    [
      'a folder instead of the checksum file',
      () => {
        rmSync(at(list));
        mkdirSync(at(list));
      },
      [
        ['invalid', list],
        ['unsigned', 'README.md'],
        ['unsigned', `${list}.minisig`],
        ['unsigned', 'linux/app'],
      ],
    ],
    [
      'a file whose own signature has an untrusted key',
      () => {
        signFile('README.md', other);
      },
      [['untrusted', 'README.md']],
    ],
    [
      'a file whose own signature is for other content',
      () => {
        signFile('README.md');
        write('README.md', 'other');
      },
      [['changed', 'README.md']],
    ],
  ])('names %s', async (_, change, findings) => {
    await sign();
    change();
    const { findings: found } = await verify();
    expect(found.map(({ kind, path }) => [kind, path])).toEqual(findings);
  });

  it('accepts files with their own signatures without a checksum file', async () => {
    for (const path of ['linux/app', 'README.md']) signFile(path);
    expect(await verify()).toMatchObject({ files: 2, findings: [] });
    write('README.md', 'other');
    expect((await verify()).findings).toMatchObject([{ kind: 'changed', path: 'README.md' }]);
  });

  it('rejects a revoked key even if it is also trusted', async () => {
    await sign();
    const revoked = parseRevokedKeys(`# lost\n${formatPublicKey(key.publicKey)}\n`, 'revoked.pub');
    expect((await verify([...revoked])).findings).toMatchObject([
      { kind: 'revoked', path: 'README.md' },
      { kind: 'revoked', path: 'linux/app' },
    ]);
  });

  it('rejects an empty folder, signed or not', async () => {
    rmSync(folder, { recursive: true });
    mkdirSync(folder);
    await expect(sign()).rejects.toMatchObject({ code: 'RELEASE_EMPTY' });
    write('SHA256SUMS', '');
    signFile('SHA256SUMS');
    await expect(verify()).rejects.toMatchObject({ code: 'RELEASE_EMPTY' });
  });
});

it.each([
  ['with another line', `${digest}  app\nmore\n`, 'line 2 is not a SHA-256 and a path'],
  [
    'with digests of SHA-1',
    `${'a'.repeat(40)}  app\n`,
    'line 1 has a checksum of 160 bits, and only SHA-256 is supported',
  ],
  ['with an escaped name', `\\${digest}  a\\nb\n`, 'line 1 is not a SHA-256 and a path'],
  [
    'with a path out of the folder',
    `${digest}  ../app\n`,
    'the path in line 1 is not a relative path inside the folder',
  ],
  [
    'with an absolute path of one file',
    `${digest}  app\n${digest}  /other\n`,
    'the path in line 2 is not a relative path inside the folder',
  ],
  ['with a drive', `${digest}  C:app\n`, 'the path in line 1 is not a relative path inside the folder'],
  ['with a path twice', `${digest}  app\n${digest}  app\n`, 'line 2 repeats app'],
  [
    'with digests of SHA-512',
    `${'a'.repeat(128)}  app\n`,
    'line 1 has a checksum of 512 bits, and only SHA-256 is supported',
  ],
  [
    'with the columns swapped',
    `app ${digest}\n`,
    'line 1 has the path before the SHA-256, which sha256sum does not accept',
  ],
  ['with the digest alone', `${digest}\n`, 'line 1 is not a SHA-256 and a path'],
])('rejects a checksum file %s', (_, text, why) => {
  expect(() => parseChecksumFile(text, 'SHA256SUMS')).toThrow(
    expect.objectContaining({ code: 'RELEASE_CHECKSUMS_INVALID', why }),
  );
});

it.each([
  ['the binary format of sha256sum', `${digest} *app\n`],
  ['the format of BSD', `SHA256 (app) = ${digest}\n`],
  ['the format of OpenSSL', `SHA2-256(app)= ${digest}\n`],
  ['one space', `${digest} app\n`],
  ['upper-case digits', `${digest.toUpperCase()}  app\n`],
  ['line breaks of Windows and a byte order mark', `\uFEFF${digest}  app\r\n`],
  ['no final line break', `${digest}  app`],
  ['comments and blank lines', `# release\n\n${digest}  app\n\n`],
  ['a path from the folder', `${digest}  ./app\n`],
])('parses a checksum file with %s', (_, text) => {
  expect([...parseChecksumFile(text, 'checksums.txt')]).toEqual([['app', digest]]);
});

it('rejects a list of revoked keys with other content, and names the line', () => {
  const text = `# lost\n${formatPublicKey(key.publicKey)}RWQ\n`;
  expect(() => parseRevokedKeys(text, 'revoked.pub')).toThrow(
    expect.objectContaining({ what: 'line 4 of revoked.pub is not a minisign public key' }),
  );
});
