import { readText } from '@millwright/toolkit';
import { servicesOf, type StackModel } from './model.js';

/** Docker takes no larger ones, in bytes. */
const largestSecret = 512_000;

const secretName = /pass(word|wd|phrase)?|secret|token|credential|private|api_?key|access_?key|auth/i;
/**
 * The secrets of a stack: values of variables whose name says so, passwords within URLs, and what the `secrets` of the
 * Compose files hold. A password that is a word of the stack anyway, such as the user's name or a service's, is struck
 * out of URLs only: without it no message could name the service.
 * @param environments the variables that Compose files may refer to, in each way in which they may be read
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
    ...(secret.file === undefined ? [] : [readText(secret.file, { limit: largestSecret }) ?? '']),
  ]);
  const open = new Set([
    ...model.name.split('-'),
    ...servicesOf(model).flatMap(([name, { image = '' }]) => [name, ...image.split(/[/:-]/)]),
    ...ofServices.flatMap(([name, value]) => (value && !secretName.test(name) ? [value] : [])),
  ]);
  // A file's path, as in PASSWORD_FILE, is no secret.
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
