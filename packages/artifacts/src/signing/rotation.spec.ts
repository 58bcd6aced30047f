import { createHash, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { generateEcdsaKey } from './ecdsa-keys.js';
import { generateKey } from './keys.js';
import { applyRotations, createRotation, parseRotation } from './rotation.js';
import { createSignature } from './signatures.js';

const keys = { minisign: generateKey(), ecdsa: generateEcdsaKey() };
const next = { minisign: generateKey(), ecdsa: generateEcdsaKey() };
const kinds = ['minisign', 'ecdsa'] as const;

describe.each(kinds.flatMap((from) => kinds.map((to) => [from, to] as const)))(
  'from %s to %s',
  (from, to) => {
    const text = createRotation(keys[from], next[to].publicKey);

    it('gives the replacement trust, unless the old key is revoked', () => {
      const rotation = parseRotation(text, 'rotation.txt');
      const old = keys[from].publicKey;
      expect(applyRotations([old], [rotation], [])).toEqual([old, next[to].publicKey]);
      expect(applyRotations([old], [rotation], [old])).toEqual([old]);
      expect(applyRotations([next[to].publicKey], [rotation], [])).toEqual([next[to].publicKey]);
    });

    it.each([
      [
        'another new key',
        (line: string) => line.replace(/^to: .*/m, /^from: .*/m.exec(line)?.[0].replace('from', 'to') ?? ''),
      ],
      ['its end cut off', (line: string) => line.slice(0, -10)],
      ['more text', (line: string) => `${line}more\n`],
      ['no signature', (line: string) => line.split('\n').slice(0, 3).join('\n') + '\n'],
    ])('is rejected with %s', (_, change) => {
      expect(() => parseRotation(change(text), 'rotation.txt')).toThrow(
        expect.objectContaining({ code: 'ROTATION_INVALID' }),
      );
    });
  },
);

it('follows a chain of statements in any order', () => {
  const [first, second] = [
    parseRotation(createRotation(keys.minisign, next.ecdsa.publicKey), 'a'),
    parseRotation(createRotation(next.ecdsa, next.minisign.publicKey), 'b'),
  ];
  expect(applyRotations([keys.minisign.publicKey], [second, first], [])).toHaveLength(3);
});

describe('rejects the signature of a file that has the text of a statement', () => {
  it('of minisign', () => {
    const { minisign: key } = keys;
    const statement = createRotation(key, next.minisign.publicKey).split('\n').slice(0, 3).join('\n') + '\n';
    const digest = createHash('blake2b512').update(statement).digest();
    expect(() => parseRotation(statement + createSignature(key, digest, 'file:notes.txt'), 'notes')).toThrow(
      expect.objectContaining({ why: 'its signature is that of a file, not of a rotation statement' }),
    );
  });

  it('of ECDSA', () => {
    const { ecdsa: key } = keys;
    const statement = createRotation(key, next.ecdsa.publicKey).split('\n').slice(0, 3).join('\n') + '\n';
    const signature = sign('sha256', Buffer.from(statement), key.key).toString('base64');
    expect(() => parseRotation(`${statement}${signature}\n`, 'notes')).toThrow(
      expect.objectContaining({ why: 'the signature of the statement does not match' }),
    );
  });
});
