import { readText } from '@millwright/toolkit';
import { servicesOf, type StackModel } from './model.js';

const secretName = /pass(word|wd|phrase)?|secret|token|credential|private|api_?key|access_?key|auth/i;
/** Shorter ones would strike out parts of ordinary words. */
const shortestSecret = 4;

/** Strikes secrets out of what is printed. */
export class Redactor {
  private readonly secrets: readonly string[];

  constructor(secrets: Iterable<string>) {
    const lines = [...secrets]
      .flatMap((secret) => [secret, ...secret.split('\n')])
      .map((text) => text.trim());
    // The longest first, so that none leaves a part of another standing.
    this.secrets = [...new Set(lines.filter((text) => text.length >= shortestSecret))].sort(
      (a, b) => b.length - a.length,
    );
  }

  clean(text: string): string {
    const cleaned = this.secrets.reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
    return cleaned.replace(userInfo, '$1:***@');
  }
}

const userInfo = /(\b[a-z][a-z0-9+.-]*:\/\/[^/@\s:]*):[^@/\s]+@/gi;

/**
 * The secrets of a stack: values of variables whose name says so, passwords within URLs, and what the `secrets` of the
 * Compose files hold. A password that is a word of the stack anyway, such as the user's name or a service's, is struck
 * out of URLs only: without it no message could name the service.
 */
export function secretsOf(
  model: StackModel,
  environment: Readonly<Record<string, string | undefined>>,
): string[] {
  const ofServices = servicesOf(model).flatMap(([, service]) => Object.entries(service.environment ?? {}));
  const variables = [...ofServices, ...Object.entries(environment)];
  const named = variables.flatMap(([name, value]) => (value && secretName.test(name) ? [value] : []));
  const inUrls = variables.flatMap(([, value]) => passwordIn(value ?? ''));
  const declared = Object.values(model.secrets ?? {}).flatMap((secret) => [
    ...(secret.content === undefined ? [] : [secret.content]),
    ...(secret.environment === undefined
      ? []
      : [environment[secret.environment] ?? process.env[secret.environment] ?? '']),
    ...(secret.file === undefined ? [] : [readText(secret.file) ?? '']),
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
