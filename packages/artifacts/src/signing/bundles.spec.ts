import { describe, expect, it } from 'vitest';
import { createBundle, matchBundle, parseBundle } from './bundles.js';
import { generateEcdsaKey } from './ecdsa-keys.js';

const key = generateEcdsaKey();
const other = generateEcdsaKey();
const text = await createBundle(key, parts('con', 'tent'));

async function* parts(...chunks: readonly string[]): AsyncGenerator<Buffer> {
  for (const chunk of chunks) yield await Promise.resolve(Buffer.from(chunk));
}

interface Json {
  mediaType: unknown;
  verificationMaterial: Record<string, unknown>;
  messageSignature: { messageDigest: { digest: unknown }; signature: unknown };
  [field: string]: unknown;
}

function edited(edit: (json: Json) => void): string {
  const json = JSON.parse(text) as Json;
  edit(json);
  return JSON.stringify(json);
}

const matched = (bundle: string, content = 'content', publicKey = key.publicKey) =>
  matchBundle(parseBundle(bundle, 'app.sigstore.json'), publicKey, parts(content));

it('creates a bundle of version 0.3 that names its key', () => {
  expect(JSON.parse(text)).toMatchObject({
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: { publicKey: { hint: key.publicKey.id } },
    messageSignature: {
      messageDigest: { algorithm: 'SHA2_256', digest: '7XACtDnprIRfIjV9giusFERzD722AW0+yUMil7nsn3M=' },
    },
  });
});

describe('matches a bundle with content and key:', () => {
  it.each<[title: string, match: string, result: Promise<string>]>([
    ['those that were signed', 'valid', matched(text)],
    ['changed content', 'other-content', matched(text, 'Content')],
    ['another key', 'other-key', matched(text, 'content', other.publicKey)],
    [
      'the digest of other content',
      'other-content',
      matched(edited((json) => (json.messageSignature.messageDigest.digest = 'A'.repeat(43) + '='))),
    ],
    [
      'a signature over other content',
      'other-key',
      matched(edited((json) => (json.messageSignature.signature = 'MEUCIQDHwKRw'))),
    ],
    [
      'a media type as it was written at first',
      'valid',
      matched(edited((json) => (json.mediaType = 'application/vnd.dev.sigstore.bundle+json;version=0.3'))),
    ],
    ['fields that later versions add', 'valid', matched(edited((json) => (json.later = { field: 1 })))],
  ])('%s', async (_, match, result) => {
    expect(await result).toBe(match);
  });
});

describe('rejects a bundle that', () => {
  it.each<[title: string, text: string, why: string]>([
    ['is empty', '', 'it is not valid JSON'],
    ['is cut off', text.slice(0, -20), 'it is not valid JSON'],
    ['is a list', '[]', 'it is not a JSON object'],
    ['is null', 'null', 'it is not a JSON object'],
    [
      'has no media type',
      edited((json) => delete (json as Partial<Json>).mediaType),
      'its media type is missing',
    ],
    [
      'has another media type',
      edited((json) => (json.mediaType = 'application/json')),
      'its media type is "application/json"',
    ],
    [
      'has a later version',
      edited((json) => (json.mediaType = 'application/vnd.dev.sigstore.bundle.v0.4+json')),
      'its media type is "application/vnd.dev.sigstore.bundle.v0.4+json"',
    ],
    [
      'has no signature',
      edited((json) => delete (json as Partial<Json>).messageSignature),
      'it lacks content',
    ],
    [
      'has an empty signature',
      edited((json) => (json.messageSignature.signature = '')),
      'it lacks content.messageSignature.signature',
    ],
    [
      'has a signature that is no text',
      edited((json) => (json.messageSignature.signature = 1)),
      'a field has the wrong type',
    ],
    [
      'has no verification material',
      edited((json) => delete (json as Partial<Json>).verificationMaterial),
      'it lacks verificationMaterial',
    ],
    [
      'has a digest of another length',
      edited((json) => (json.messageSignature.messageDigest.digest = 'AAAA')),
      'its message digest is not a SHA-256',
    ],
    [
      'holds an attestation',
      edited((json) => {
        delete (json as Partial<Json>).messageSignature;
        json.dsseEnvelope = { payload: 'AAAA', payloadType: 'x', signatures: [{ sig: 'AAAA' }] };
      }),
      'it contains an attestation instead of the signature of a file',
    ],
    [
      'has the format of cosign 2',
      '{"base64Signature":"AAAA","cert":""}',
      'it has the format of cosign 2; sign with `--new-bundle-format`',
    ],
  ])('%s', (_, bundle, why) => {
    expect(() => parseBundle(bundle, 'app.sigstore.json')).toThrow(
      expect.objectContaining({
        code: 'SIGNATURE_INVALID',
        what: 'app.sigstore.json is not a Sigstore bundle',
        why,
      }),
    );
  });
});

it('accepts no changed bundle, and explains each that it cannot read', async () => {
  const values = [undefined, null, 0, 'AAAA', '', [], {}, [{}], true];
  const paths = [
    'mediaType',
    'verificationMaterial',
    'messageSignature',
    'messageSignature.messageDigest',
  ].concat(
    ['digest', 'algorithm'].map((field) => `messageSignature.messageDigest.${field}`),
    ['messageSignature.signature', 'verificationMaterial.publicKey', 'verificationMaterial.tlogEntries'],
    ['verificationMaterial.publicKey.hint', 'verificationMaterial.certificate', 'dsseEnvelope'],
  );
  const outcomes = new Set<string>();
  for (const path of paths)
    for (const value of values) {
      const changed = edited((json) => {
        const parts = path.split('.');
        const last = parts.pop() ?? '';
        const holder = parts.reduce<Record<string, unknown>>(
          (below, part) => below[part] as Record<string, unknown>,
          json,
        );
        holder[last] = value;
      });
      try {
        outcomes.add(await matched(changed, 'other'));
      } catch (error) {
        outcomes.add((error as { readonly code?: string }).code ?? String(error));
      }
    }
  expect([...outcomes].sort()).toEqual(['SIGNATURE_INVALID', 'other-content']);
});
