/**
 * The headers of each page: no script, nothing of other origins, no frame around it, and nothing kept by the browser.
 * A referrer within the site lets browsers send `Origin` with forms.
 */
export const securityHeaders = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'cache-control': 'no-store',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
} as const;

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * Whether another site made the browser send a form. Browsers name the site in `Sec-Fetch-Site` over TLS and on the machine
 * itself, and in `Origin` else. Other programs send neither, and have no cookies of others.
 */
export function isOfAnotherSite(headers: Headers): boolean {
  const site = headers['sec-fetch-site'];
  if (typeof site === 'string') return site !== 'same-origin' && site !== 'none';
  const { origin, host, 'x-forwarded-host': forwarded } = headers;
  if (typeof origin !== 'string') return false;
  const named = URL.canParse(origin) ? new URL(origin).host : undefined;
  return named === undefined || (named !== host && named !== forwarded);
}

/** Whether the browser speaks TLS, to this server or to a proxy in front of it. */
export function isEncrypted(protocol: string, headers: Headers): boolean {
  return protocol === 'https' || headers['x-forwarded-proto'] === 'https';
}

/**
 * Returns where to go after the login: a path of this server. A browser takes `//host` and `/\host` for another server, and
 * ignores tabs and line breaks in it.
 */
export function localPath(text: string | undefined): string {
  return text !== undefined && /^\/(?![/\\])[!-~]*$/.test(text) ? text : '/';
}
