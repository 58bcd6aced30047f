import { createHash } from 'node:crypto';
import { isMapping } from '../../text/documents.js';
import { Redactor } from '../../text/redactor.js';

/** Keys of options and files whose values are all variables. */
const variables = /^(env|environment|variables|secrets|build-?args)$/i;

const secret = '(?:pass(?:word|phrase)|secret|token|credential|api_?key|access_?key)';
const secretKey = new RegExp(secret, 'i');

/** Matches `NAME=value` in arguments and commands if the name looks like a secret, and cargo's `env.NAME=value`. */
const assignment = new RegExp(
  `((?:\\benv\\.[\\w.-]+|[\\w.-]*${secret}[\\w.-]*)\\s*=\\s*)("[^"]*"|'[^']*'|\\S+)`,
  'gi',
);

const urls = new Redactor([]);

/**
 * Replaces values that may be secrets by digests: those of variables, and those under a name such as `token`. A digest
 * still shows that a value changed. Names are kept; passwords in URLs become `***`.
 */
export function maskSecrets(value: unknown, isSecret = false): unknown {
  if (Array.isArray(value)) return value.map((inner) => maskMember(inner, isSecret));
  if (isMapping(value)) {
    return Object.fromEntries(
      Object.entries(value).map(([key, inner]) => [
        key,
        maskSecrets(inner, isSecret || variables.test(key) || secretKey.test(key)),
      ]),
    );
  }
  if (isSecret) return digestOf(typeof value === 'string' ? value : JSON.stringify(value));
  return typeof value === 'string' ? maskText(value) : value;
}

/** An item of a list of variables is `NAME=value`, or only a name. */
function maskMember(value: unknown, isSecret: boolean): unknown {
  if (!isSecret || typeof value !== 'string') return maskSecrets(value, isSecret);
  const end = value.indexOf('=') + 1;
  return end === 0 ? value : `${value.slice(0, end)}${digestOf(value.slice(end))}`;
}

function maskText(text: string): string {
  return urls
    .clean(text)
    .replace(assignment, (_, name: string, value: string) => `${name}${digestOf(value)}`);
}

/** Returns a shortened sha256 in hexadecimal. */
export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 12);
}
