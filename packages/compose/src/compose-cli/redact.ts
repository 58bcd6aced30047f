import { readText } from '@millwright/toolkit';
import { servicesOf, type StackModel } from './model.js';

/** The largest secret that Docker accepts, in bytes. */
const maxSecretSize = 512_000;

const secretName = /pass(word|wd|phrase)?|secret|token|credential|private|api_?key|access_?key|auth/i;
/**
 * Returns the secrets of a stack: values of variables with a secret-like name, passwords in URLs, and the
 * values of the `secrets` in the Compose files. A password that is also an ordinary word of the stack, such
 * as a user or service name, is not included: redacting it would make every message about that service
 * unreadable. The redactor still removes it from URLs.
 * @param environments the variables that Compose files can refer to, one set for each way to parse them
 */
export function secretsOf(
  model: StackModel,
  ...environments: readonly Readonly<Record<string, string | undefined>>[]
): string[] {
  const ofServices = servicesOf(model).flatMap(([, service]) => Object.entries(service.environment ?? {}));
  const variables = [...ofServices, ...environments.flatMap((variables) => Object.entries(variables))];
  const named = variables.flatMap(([name, value]) => (value && secretName.test(name) ? [value] : []));
  const inUrls = variables.flatMap(([, value]) => passwordIn(value ?? ''));
  const declared = Object.values(model.secrets ?? {}).flatMap((secret) => [
    ...(secret.content === undefined ? [] : [secret.content]),
    ...(secret.environment === undefined
      ? []
      : environments.map((variables) => variables[secret.environment ?? ''] ?? '')),
    ...(secret.file === undefined ? [] : [readText(secret.file, { limit: maxSecretSize }) ?? '']),
  ]);
  const open = new Set([
    ...model.name.split('-'),
    ...servicesOf(model).flatMap(([name, { image = '' }]) => [name, ...image.split(/[/:-]/)]),
    ...ofServices.flatMap(([name, value]) => (value && !secretName.test(name) ? [value] : [])),
  ]);
  // A path, as in PASSWORD_FILE, is not a secret.
  const passwords = [...named.filter((value) => !value.startsWith('/')), ...inUrls];
  return [...passwords.filter((secret) => !open.has(secret)), ...declared];
}

function passwordIn(text: string): string[] {
  const password = /^[a-z][a-z0-9+.-]*:\/\/[^/@\s:]*:([^@\s]+)@/i.exec(text)?.[1];
  return password === undefined ? [] : [password, decode(password)];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
