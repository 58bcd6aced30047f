import { isInBase64 } from './encoding.js';

/** What a file next to a signed one is, whatever its name says. */
export type SignatureKind =
  | 'minisign'
  | 'bundle'
  /** The base64 of an ECDSA signature alone, as `cosign sign-blob --output-signature` writes it. */
  | 'ecdsa'
  /** A signature or certificate that is not verified here, with its name for messages. */
  | { readonly other: string };

/** Endings of signatures that other programs write next to a file. Their content decides what they are. */
export const otherSignatureEndings: readonly string[] = [
  '.sig',
  '.sigstore',
  '.bundle',
  '.asc',
  '.gpg',
  '.pem',
  '.cert',
];

/** The types of PEM blocks, by how they begin. */
const blocks: readonly (readonly [begin: string, name: string])[] = [
  ['PGP SIGNATURE', 'an OpenPGP signature'],
  ['SSH SIGNATURE', 'an SSH signature'],
  ['CERTIFICATE', 'a certificate'],
];

/** Returns the kind of a signature file; undefined if it is none. */
export function signatureKind(bytes: Buffer): SignatureKind | undefined {
  if (isOpenPgpSignature(bytes)) return { other: 'an OpenPGP signature' };
  const text = bytes
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .trim();
  if (text.startsWith('untrusted comment:') || isInBase64(text)) return 'minisign';
  if (text.startsWith('{') && text.endsWith('}')) return 'bundle';
  const block = blockName(text);
  if (block !== undefined) return { other: block };
  if (!/^[A-Za-z0-9+/\s]+={0,2}$/.test(text)) return undefined;
  const decoded = Buffer.from(text, 'base64');
  if (isEcdsaSignature(decoded)) return 'ecdsa';
  // cosign 2 writes certificates in base64.
  const encoded = blockName(decoded.toString('utf8').trim());
  return encoded === undefined ? undefined : { other: encoded };
}

/** Returns the name of a text that is one PEM block, or several of one type. */
function blockName(text: string): string | undefined {
  return blocks.find(
    ([type]) => text.startsWith(`-----BEGIN ${type}-----`) && text.endsWith(`-----END ${type}-----`),
  )?.[1];
}

/** Returns true for a DER sequence of two integers of at most 33 bytes, with nothing after it. */
function isEcdsaSignature(der: Buffer): boolean {
  const [tag, length, firstTag, first = 0] = der;
  const second = der[5 + first] ?? 0;
  return (
    tag === 0x30 &&
    length === der.length - 2 &&
    firstTag === 0x02 &&
    der[4 + first] === 0x02 &&
    6 + first + second === der.length
  );
}

/** Returns true for one packet with a signature (RFC 9580, section 4.2) and nothing after it. */
function isOpenPgpSignature(bytes: Buffer): boolean {
  const [header = 0, first = 0, second = 0] = bytes;
  if (header === 0x88) return bytes.length === 2 + first;
  if (header === 0x89) return bytes.length === 3 + first * 256 + second;
  if (header !== 0xc2) return false;
  return first < 192
    ? bytes.length === 2 + first
    : first < 224 && bytes.length === 3 + (first - 192) * 256 + second + 192;
}
