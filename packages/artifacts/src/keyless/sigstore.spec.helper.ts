/** A Sigstore instance for tests: Fulcio, its certificate log and Rekor of @sigstore/mock behind a local HTTP server. */
import { createHash, generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  fulcioHandler,
  type HandlerFn,
  initializeCA,
  initializeCTLog,
  initializeTLog,
  rekorHandler,
} from '@sigstore/mock';

export interface TestInstance {
  /** The URL of Fulcio and Rekor. */
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
}

/** Starts an instance, on a free port of this machine. */
export async function startInstance({ fulcio, rekor }: Clocks = {}): Promise<TestInstance> {
  const [caKeys, logKeys, certificateLogKeys] = [newKeys(), newKeys(), newKeys()];
  const certificateLog = await initializeCTLog(certificateLogKeys, fulcio);
  const ca = await initializeCA(caKeys, certificateLog, fulcio);
  const log = await initializeTLog('https://rekor.test', logKeys, rekor);
  const handlers = new Map<string, HandlerFn>(
    [fulcioHandler(ca), rekorHandler(log)].map(({ path, fn }) => [path, fn]),
  );
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
    root: trustedRoot(bytesOf(ca.rootCertificate), derOf(logKeys), derOf(certificateLogKeys)),
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

const derOf = ({ publicKey }: ReturnType<typeof newKeys>) =>
  publicKey.export({ format: 'der', type: 'spki' });

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView<ArrayBuffer>) =>
  Buffer.from(buffer, byteOffset, byteLength);

function trustedRoot(certificate: Buffer, logKey: Buffer, certificateLogKey: Buffer): string {
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
    timestampAuthorities: [],
  });
}
