/**
 * A Sigstore instance for tests: Fulcio, its certificate log, both versions of Rekor and a timestamp authority behind a
 * local HTTP server. All but the second version of Rekor are those of @sigstore/mock.
 */
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  fulcioHandler,
  type HandlerFn,
  initializeCA,
  initializeCTLog,
  initializeTLog,
  initializeTSA,
  rekorHandler,
  tsaHandler,
} from '@sigstore/mock';

export interface TestInstance {
  /** The URL of Fulcio, Rekor and the timestamp authority. */
  readonly url: string;
  /** The text of its trusted root. */
  readonly root: string;
  /** The paths of the requests so far. */
  readonly requests: readonly string[];
  readonly server: Server;
}

interface Clocks {
  /** Of the certificate authority and its log. */
  readonly fulcio?: Date;
  readonly rekor?: Date;
  readonly timestamps?: Date;
}

/** Starts an instance, on a free port of this machine. */
export async function startInstance({ fulcio, rekor, timestamps }: Clocks = {}): Promise<TestInstance> {
  const [caKeys, logKeys, certificateLogKeys, timestampKeys] = [newKeys(), newKeys(), newKeys(), newKeys()];
  const certificateLog = await initializeCTLog(certificateLogKeys, fulcio);
  const ca = await initializeCA(caKeys, certificateLog, fulcio);
  const log = await initializeTLog('https://rekor.test', logKeys, rekor);
  const clock = new Date(0);
  const authority = await initializeTSA(timestampKeys, clock);
  const { path: timestampPath, fn: timestamp } = tsaHandler(authority);
  const handlers = new Map<string, HandlerFn>([
    ...[fulcioHandler(ca), rekorHandler(log)].map(({ path, fn }) => [path, fn] as const),
    [
      timestampPath,
      (body) => {
        // The mock encodes fractions of seconds in a way that is not always valid.
        clock.setTime(Math.floor((timestamps?.getTime() ?? Date.now()) / 1000) * 1000);
        return timestamp(body);
      },
    ],
    ['/api/v2/log/entries', secondRekor(logKeys)],
  ]);
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const path = request.url ?? '';
      requests.push(path);
      const handler = handlers.get(path);
      if (handler === undefined) {
        response.writeHead(404).end();
        return;
      }
      void handler(asRecorded(Buffer.concat(chunks).toString('utf8'))).then(
        ({ statusCode, response: body, contentType }) => {
          response.writeHead(statusCode, { 'content-type': contentType ?? 'text/plain' }).end(body);
        },
      );
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    root: trustedRoot(
      bytesOf(ca.rootCertificate),
      derOf(logKeys),
      derOf(certificateLogKeys),
      [authority.intCertificate, authority.rootCertificate].map(bytesOf),
    ),
    requests,
    server,
  };
}

/** The mock of Rekor records entries as proposed; Rekor replaces a DSSE envelope by its digest and signatures. */
function asRecorded(body: string): string {
  const { kind, ...entry } = JSON.parse(body) as {
    kind?: string;
    spec: { proposedContent: { envelope: string; verifiers: string[] } };
  };
  if (kind !== 'dsse') return body;
  const { envelope, verifiers } = entry.spec.proposedContent;
  const { payload, signatures } = JSON.parse(envelope) as { payload: string; signatures: { sig: string }[] };
  const value = createHash('sha256').update(Buffer.from(payload, 'base64')).digest('hex');
  const spec = {
    payloadHash: { algorithm: 'sha256', value },
    signatures: signatures.map(({ sig }) => ({ signature: sig, verifier: verifiers[0] })),
  };
  return JSON.stringify({ ...entry, kind, spec });
}

/** Returns a token as an OIDC provider issues it; the mock of Fulcio does not verify its signature. */
export function identityToken(claims: object = {}): string {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const all = {
    iss: 'https://token.example.org',
    sub: workflow,
    aud: 'sigstore',
    exp: Math.floor(Date.now() / 1000) + 600,
    ...claims,
  };
  return `${encode({ alg: 'RS256' })}.${encode(all)}.${encode({})}`;
}

/** The subject of the tokens. */
export const workflow = 'https://example.org/acme/app/.github/workflows/release.yml@refs/tags/v1.2.3';

function newKeys() {
  return generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
}

const derOf = ({ publicKey }: { readonly publicKey: KeyObject }) =>
  publicKey.export({ format: 'der', type: 'spki' });

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView<ArrayBuffer>) =>
  Buffer.from(buffer, byteOffset, byteLength);

/**
 * Adds to a log of one entry, as the second version of Rekor does
 * (https://github.com/sigstore/rekor-tiles/blob/main/api/proto/rekor/v2): the entry of the mock has another body.
 */
function secondRekor({ publicKey, privateKey }: { publicKey: KeyObject; privateKey: KeyObject }): HandlerFn {
  const keyId = createHash('sha256').update(derOf({ publicKey })).digest();
  return (request) => {
    const { hashedRekordRequestV002: wanted } = JSON.parse(request) as {
      readonly hashedRekordRequestV002: { readonly digest: string; readonly signature: object };
    };
    const kindVersion = { kind: 'hashedrekord', version: '0.0.2' };
    const body = Buffer.from(
      JSON.stringify({
        apiVersion: kindVersion.version,
        kind: kindVersion.kind,
        spec: {
          hashedRekordV002: {
            data: { algorithm: 'SHA2_256', digest: wanted.digest },
            signature: wanted.signature,
          },
        },
      }),
    );
    const rootHash = createHash('sha256').update('\0').update(body).digest();
    const note = `rekor.test\n1\n${rootHash.toString('base64')}\n`;
    const signature = Buffer.concat([keyId.subarray(0, 4), sign('sha256', Buffer.from(note), privateKey)]);
    const entry = {
      logIndex: '0',
      logId: { keyId: keyId.toString('base64') },
      kindVersion,
      inclusionProof: {
        logIndex: '0',
        treeSize: '1',
        rootHash: rootHash.toString('base64'),
        hashes: [],
        checkpoint: { envelope: `${note}\n\u2014 rekor.test ${signature.toString('base64')}\n` },
      },
      canonicalizedBody: body.toString('base64'),
    };
    const response = JSON.stringify(entry);
    return Promise.resolve({ statusCode: 201, response, contentType: 'application/json' });
  };
}

function trustedRoot(
  certificate: Buffer,
  logKey: Buffer,
  certificateLogKey: Buffer,
  timestampChain: readonly Buffer[],
): string {
  const validFor = { start: '2000-01-01T00:00:00Z' };
  const log = (baseUrl: string, key: Buffer) => ({
    baseUrl,
    hashAlgorithm: 'SHA2_256',
    publicKey: { rawBytes: key.toString('base64'), keyDetails: 'PKIX_ECDSA_P256_SHA_256', validFor },
    logId: { keyId: createHash('sha256').update(key).digest('base64') },
  });
  return JSON.stringify({
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    tlogs: [log('https://rekor.test', logKey)],
    certificateAuthorities: [
      {
        subject: { organization: 'sigstore.mock', commonName: 'sigstore' },
        uri: 'https://fulcio.test',
        certChain: { certificates: [{ rawBytes: certificate.toString('base64') }] },
        validFor,
      },
    ],
    ctlogs: [log('https://ctlog.test', certificateLogKey)],
    timestampAuthorities: [
      {
        uri: 'https://timestamp.test',
        certChain: { certificates: timestampChain.map((one) => ({ rawBytes: one.toString('base64') })) },
        validFor,
      },
    ],
  });
}
