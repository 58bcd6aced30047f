import { describe, expect, it } from 'vitest';
import { createAttestation, isAttestedWith, parseAttestation, preAuthEncoding } from './attestations.js';
import { generateEcdsaKey } from './ecdsa-keys.js';

const key = generateEcdsaKey();
const statement = '{"_type":"https://in-toto.io/Statement/v1"}';
const text = createAttestation(key, statement);

interface Json {
  dsseEnvelope: Record<string, unknown> & { signatures: object[] };
  messageSignature?: object;
}

function edited(edit: (json: Json) => void): string {
  const json = JSON.parse(text) as Json;
  edit(json);
  return JSON.stringify(json);
}

it('signs type and payload with their lengths, as the specification shows', () => {
  expect(preAuthEncoding(Buffer.from('hello')).toString()).toBe(
    'DSSEv1 28 application/vnd.in-toto+json 5 hello',
  );
});

it('creates a bundle of version 0.3 that names its key, and reads it again', () => {
  expect(JSON.parse(text)).toMatchObject({
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: { publicKey: { hint: key.publicKey.id } },
    dsseEnvelope: {
      payload: Buffer.from(statement).toString('base64'),
      payloadType: 'application/vnd.in-toto+json',
    },
  });
  const attestation = parseAttestation(text, 'app.provenance.sigstore.json');
  expect(attestation.payload.toString()).toBe(statement);
  expect(attestation.keyHint).toBe(key.publicKey.id);
  expect(isAttestedWith(attestation, key.publicKey)).toBe(true);
});

it.each<[title: string, text: string]>([
  ['another payload', edited(({ dsseEnvelope }) => (dsseEnvelope.payload = 'e30='))],
  ['the signature of another key', createAttestation(generateEcdsaKey(), statement)],
])('does not match %s', (_, changed) => {
  expect(isAttestedWith(parseAttestation(changed, 'app'), key.publicKey)).toBe(false);
});

describe('rejects a bundle that', () => {
  it.each<[title: string, text: string, why: string]>([
    ['is empty', '', 'it is not valid JSON'],
    [
      'has another payload type',
      edited(({ dsseEnvelope }) => (dsseEnvelope.payloadType = 'text/plain')),
      'its payload type is "text/plain"',
    ],
    [
      'has two signatures',
      edited(({ dsseEnvelope }) => dsseEnvelope.signatures.push({ sig: 'AAAA', keyid: '' })),
      'it lacks content.dsseEnvelope.signatures',
    ],
    [
      'has the signature of a file',
      edited((json) => {
        delete (json as Partial<Json>).dsseEnvelope;
        const digest = `${'A'.repeat(43)}=`;
        json.messageSignature = { messageDigest: { algorithm: 'SHA2_256', digest }, signature: 'AAAA' };
      }),
      'it contains the signature of a file instead of an attestation',
    ],
  ])('%s', (_, bundle, why) => {
    expect(() => parseAttestation(bundle, 'app.cdx.sigstore.json')).toThrow(
      expect.objectContaining({
        code: 'SIGNATURE_INVALID',
        what: 'app.cdx.sigstore.json is not an attestation',
        why,
        remedy: expect.stringContaining('download the attestation again') as string,
      }),
    );
  });
});
