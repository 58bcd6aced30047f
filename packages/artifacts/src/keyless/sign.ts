import {
  createHash,
  createSign,
  generateKeyPairSync,
  type KeyObject,
  sign,
  X509Certificate,
} from 'node:crypto';
import { type Bundle, toMessageSignatureBundle } from '@sigstore/bundle';
import { FulcioSigner, RekorWitness, type Signature, type SignatureBundle, TSAWitness } from '@sigstore/sign';
import { artifactError } from '../errors.js';
import { attestationBundle, preAuthEncoding } from '../signing/attestations.js';
import { formatBundle } from '../signing/bundles.js';
import { bundleEnding } from '../signing/signatures.js';
import { checkNoComment, type Signer } from '../signing/signer.js';

/** The services of a Sigstore instance. */
export interface SigstoreServices {
  /** The certificate authority Fulcio (default: that of the public instance). */
  readonly fulcioUrl?: string | undefined;
  /** The transparency log Rekor (default: that of the public instance). */
  readonly rekorUrl?: string | undefined;
  /** The version of Rekor's API (default: 1). Version 2 states no time, so it needs a timestamp authority. */
  readonly rekorVersion?: 1 | 2 | undefined;
  /** An RFC 3161 timestamp authority that states the time of each signature (default: none). */
  readonly timestampUrl?: string | undefined;
}

/** A certificate of Fulcio is valid for 10 minutes. */
const certificateLifetime = 5 * 60_000;
/** In milliseconds. */
const requestOptions = { timeout: 30_000, retry: { retries: 2, minTimeout: 500 } };

interface Certified {
  readonly key: KeyObject;
  readonly certificate: string;
  /** Milliseconds since 1970. */
  readonly since: number;
}

/**
 * Returns a signer without a key of one's own: Fulcio certifies a new key for an identity, and Rekor or a timestamp
 * authority states the time of each signature. One certificate serves many files.
 * @param token returns an OIDC identity token for the audience `sigstore`
 * @param comment rejected
 * @returns a signer of bundles v0.3. Signing throws MillwrightError SIGNING_SERVICE_FAILED, and what `token` throws.
 * @throws MillwrightError SIGNING_COMMENT_INVALID, SIGNING_SERVICE_FAILED
 */
export function keylessSigner(
  token: () => Promise<string>,
  services: SigstoreServices,
  comment?: string,
): Signer {
  checkNoComment(comment);
  let current: Certified | undefined;
  const { fulcioUrl, rekorUrl, rekorVersion = 1, timestampUrl } = services;
  if (rekorVersion === 2 && timestampUrl === undefined)
    throw artifactError('SIGNING_SERVICE_FAILED', {
      what: 'cannot sign, because the signature would have no trusted time',
      why: 'version 2 of Rekor states no time, and no timestamp authority is set',
      remedy: 'set the URL of a timestamp authority: `--timestamp-url`, or the option `timestampUrl`',
    });
  const log = new RekorWitness({
    ...requestOptions,
    ...optional('rekorBaseURL', rekorUrl),
    majorApiVersion: rekorVersion,
  });
  const clock =
    timestampUrl === undefined ? undefined : new TSAWitness({ ...requestOptions, tsaBaseURL: timestampUrl });
  const certified = async () => {
    if (current === undefined || Date.now() - current.since > certificateLifetime)
      current = await certify(await token(), fulcioUrl);
    return { ...current, raw: new X509Certificate(current.certificate).raw };
  };
  const noted = async (bundle: Bundle, certificate: string) => {
    const content: SignatureBundle = bundle.content;
    const material = bundle.verificationMaterial;
    if (clock !== undefined)
      material.timestampVerificationData = await inService('the timestamp authority', timestampUrl, () =>
        clock.testify(content),
      );
    const { tlogEntries } = await inService('Rekor', rekorUrl, () => log.testify(content, certificate));
    material.tlogEntries = tlogEntries;
    return formatBundle(bundle);
  };
  return {
    ending: bundleEnding,
    sign: async (parts) => {
      const [hash, signer] = [createHash('sha256'), createSign('sha256')];
      for await (const chunk of parts) {
        hash.update(chunk);
        signer.update(chunk);
      }
      const { key, certificate, raw } = await certified();
      const signature = signer.sign(key);
      return noted(
        toMessageSignatureBundle({ digest: hash.digest(), signature, certificate: raw }),
        certificate,
      );
    },
    attest: async (statement) => {
      const payload = Buffer.from(statement);
      const { key, certificate, raw } = await certified();
      const signature = sign('sha256', preAuthEncoding(payload), key);
      return noted(attestationBundle(payload, signature, { certificate: raw }), certificate);
    },
  };
}

async function certify(token: string, fulcioUrl: string | undefined): Promise<Certified> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const pem = publicKey.export({ format: 'pem', type: 'spki' }).toString();
  const holder = {
    sign: (data: Buffer): Promise<Signature> =>
      Promise.resolve({
        signature: sign('sha256', data, privateKey),
        key: { $case: 'publicKey', publicKey: pem },
      }),
  };
  const fulcio = new FulcioSigner({
    identityProvider: { getToken: () => Promise.resolve(token) },
    keyHolder: holder,
    ...requestOptions,
    ...optional('fulcioBaseURL', fulcioUrl),
  });
  const since = Date.now();
  // It signs the subject of the token for the certificate; its signature of content is not needed.
  const { key } = await inService('Fulcio', fulcioUrl, () => fulcio.sign(Buffer.alloc(0)));
  if (key.$case !== 'x509Certificate') throw new Error('FulcioSigner returns certificates');
  return { key: privateKey, certificate: key.certificate, since };
}

async function inService<Result>(
  name: string,
  url: string | undefined,
  request: () => Promise<Result>,
): Promise<Result> {
  try {
    return await request();
  } catch (error) {
    const { message, cause } = error as Error;
    // The message of the library says which request, its cause says what happened.
    const reason = cause instanceof Error && !message.includes(cause.message) ? `: ${cause.message}` : '';
    throw artifactError('SIGNING_SERVICE_FAILED', {
      what: `the request to ${name}${url === undefined ? '' : ` at ${url}`} failed`,
      why: `${message}${reason}`,
    });
  }
}

function optional<Name extends string>(name: Name, value: string | undefined): Partial<Record<Name, string>> {
  return value === undefined ? {} : ({ [name]: value } as Record<Name, string>);
}
