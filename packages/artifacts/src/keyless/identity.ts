/** Who signed, according to the certificate of a keyless signature. */
export interface CertificateIdentity {
  /**
   * The subject alternative name: an e-mail address, or the URL of a CI workflow. In an identity to trust, each `*` stands
   * for any characters, so that one entry covers the tags of a workflow.
   */
  readonly identity: string;
  /** The URL of the OIDC provider that vouched for the identity. */
  readonly issuer: string;
}

/** Returns true if a name matches an identity to trust: the whole name, and its case. */
export function isIdentity(expected: string, name: string): boolean {
  const [first = '', ...others] = expected.split('*');
  const last = others.pop();
  if (last === undefined) return name === expected;
  if (!name.startsWith(first)) return false;
  let offset = first.length;
  for (const part of others) {
    const found = name.indexOf(part, offset);
    if (found === -1) return false;
    offset = found + part.length;
  }
  return name.length - last.length >= offset && name.endsWith(last);
}
