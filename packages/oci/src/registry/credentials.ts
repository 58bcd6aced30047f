import { homedir } from 'node:os';
import { join } from 'node:path';
import { readRegularFile, run } from '@millwright/toolkit';
import { z } from 'zod';
import { ociError } from '../errors.js';

/** What a registry, or its token server, is shown. */
export type Credential =
  | { readonly user: string; readonly password: string }
  /** A refresh token of OAuth 2, which credential helpers return with the user `<token>`. */
  | { readonly identityToken: string };

const entry = z.looseObject({
  auth: z.string().optional(),
  username: z.string().optional(),
  password: z.string().optional(),
  identitytoken: z.string().optional(),
});

const fileSchema = z.looseObject({
  auths: z.record(z.string(), entry).optional(),
  credHelpers: z.record(z.string(), z.string()).optional(),
  credsStore: z.string().optional(),
});

/** The part of Docker's config.json, or of podman's auth.json, that tells credentials. */
export type CredentialFile = z.output<typeof fileSchema>;

/** Docker's own key for Docker Hub. */
const hubKey = 'https://index.docker.io/v1/';

/**
 * Returns the keys under which a file may have a registry, the most exact first: podman has keys for
 * repositories too (containers-auth.json(5)).
 */
function credentialKeys(registry: string, repository: string): string[] {
  const parts = repository.split('/');
  const nested = parts.map((_, at) => [registry, ...parts.slice(0, parts.length - at)].join('/'));
  const plain = [
    registry,
    `https://${registry}`,
    `http://${registry}`,
    `https://${registry}/v1/`,
    `https://${registry}/v2/`,
  ];
  return registry === 'docker.io' ? [...nested, hubKey, 'index.docker.io', ...plain] : [...nested, ...plain];
}

/** Where a file says that a credential is. */
export type CredentialSource =
  { readonly helper: string; readonly key: string } | { readonly credential: Credential };

/** Finds a registry in a file, in Docker's order: its own helper, then the store, then the file itself. */
export function sourceIn(
  file: CredentialFile,
  registry: string,
  repository: string,
): CredentialSource | undefined {
  const keys = credentialKeys(registry, repository);
  const key = registry === 'docker.io' ? hubKey : registry;
  const helper = keys
    .map((name) => ownValue(file.credHelpers, name))
    .find((name) => name !== undefined && name !== '');
  if (helper !== undefined) return { helper, key };
  const found = keys.map((name) => ownValue(file.auths, name)).find((one) => one !== undefined);
  const credential = found && credentialOf(found);
  if (file.credsStore !== undefined && file.credsStore !== '' && credential === undefined)
    return { helper: file.credsStore, key };
  return credential && { credential };
}

function ownValue<Value>(
  record: Readonly<Record<string, Value>> | undefined,
  name: string,
): Value | undefined {
  return record !== undefined && Object.hasOwn(record, name) ? record[name] : undefined;
}

function credentialOf({
  auth,
  username,
  password,
  identitytoken,
}: z.output<typeof entry>): Credential | undefined {
  if (identitytoken !== undefined && identitytoken !== '') return { identityToken: identitytoken };
  const decoded = auth === undefined ? '' : Buffer.from(auth, 'base64').toString('utf8').replace(/\0+$/, '');
  const colon = decoded.indexOf(':');
  if (colon > 0) return { user: decoded.slice(0, colon), password: decoded.slice(colon + 1) };
  if (username !== undefined && username !== '' && password !== undefined)
    return { user: username, password };
  return undefined;
}

/** Returns the files that may have credentials, in order: of Docker, then of podman. */
export function credentialFiles(env: NodeJS.ProcessEnv, home = homedir()): string[] {
  const { DOCKER_CONFIG, REGISTRY_AUTH_FILE, XDG_RUNTIME_DIR, XDG_CONFIG_HOME } = env;
  return [
    ...(REGISTRY_AUTH_FILE === undefined || REGISTRY_AUTH_FILE === '' ? [] : [REGISTRY_AUTH_FILE]),
    join(
      DOCKER_CONFIG === undefined || DOCKER_CONFIG === '' ? join(home, '.docker') : DOCKER_CONFIG,
      'config.json',
    ),
    ...(XDG_RUNTIME_DIR === undefined || XDG_RUNTIME_DIR === ''
      ? []
      : [join(XDG_RUNTIME_DIR, 'containers/auth.json')]),
    join(
      XDG_CONFIG_HOME === undefined || XDG_CONFIG_HOME === '' ? join(home, '.config') : XDG_CONFIG_HOME,
      'containers/auth.json',
    ),
  ];
}

/**
 * Returns the credential of a repository: from MILLWRIGHT_REGISTRY_USER and MILLWRIGHT_REGISTRY_PASSWORD, if
 * MILLWRIGHT_REGISTRY names the registry; else from the files of Docker and podman.
 * @returns undefined if there is none: the registry may need none
 * @throws MillwrightError REGISTRY_CREDENTIALS_INVALID
 */
export async function findCredential(
  registry: string,
  repository: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Credential | undefined> {
  const { MILLWRIGHT_REGISTRY, MILLWRIGHT_REGISTRY_USER, MILLWRIGHT_REGISTRY_PASSWORD } = env;
  // Bound to one registry: a password must not reach the registry of a base image.
  if (MILLWRIGHT_REGISTRY === registry && MILLWRIGHT_REGISTRY_USER && MILLWRIGHT_REGISTRY_PASSWORD)
    return { user: MILLWRIGHT_REGISTRY_USER, password: MILLWRIGHT_REGISTRY_PASSWORD };
  for (const path of credentialFiles(env)) {
    const file = readCredentialFile(path);
    const source = file && sourceIn(file, registry, repository);
    if (source === undefined) continue;
    if ('credential' in source) return source.credential;
    const helped = await askHelper(source.helper, source.key, path);
    if (helped !== undefined) return helped;
  }
  return undefined;
}

function readCredentialFile(path: string): CredentialFile | undefined {
  const { bytes, failure } = readRegularFile(path, { limit: 1 << 20 });
  if (failure?.kind === 'missing') return undefined;
  const invalid = (why: string) =>
    ociError('REGISTRY_CREDENTIALS_INVALID', { what: `cannot read the credentials in ${path}`, why });
  if (bytes === undefined) throw invalid(failure.why);
  try {
    return fileSchema.parse(JSON.parse(bytes.toString()));
  } catch (error) {
    // The text of JSON.parse would quote the file.
    throw invalid(
      error instanceof z.ZodError ? (error.issues[0]?.message ?? '') : 'the file is not valid JSON',
    );
  }
}

const answer = z.looseObject({ Username: z.string(), Secret: z.string() });

/**
 * Asks a credential helper (docker/docker-credential-helpers: `get` with the server on standard input).
 * @param file names the helper, for messages
 */
async function askHelper(helper: string, key: string, file: string): Promise<Credential | undefined> {
  const program = `docker-credential-${helper}`;
  const failed = (why: string) =>
    ociError('REGISTRY_CREDENTIALS_INVALID', {
      what: `the credential helper ${program} returned no credentials for ${key}`,
      location: { file },
      why,
    });
  if (!/^[\w.-]+$/.test(helper)) throw failed('the name of the helper is not valid');
  const { exitCode, stdout, stderr, timedOut } = await run(program, ['get'], { input: key, timeout: 60_000 });
  const said = `${stdout}${stderr}`.trim();
  if (exitCode !== 0 && /credentials not found|no credentials/i.test(said)) return undefined;
  if (timedOut) throw failed('the helper did not answer within 60 s');
  // The output of a helper that succeeded may contain the secret.
  if (exitCode !== 0) throw failed(said.split('\n').at(-1)?.slice(0, 300) ?? '');
  try {
    const { Username, Secret } = answer.parse(JSON.parse(stdout));
    return Username === '<token>' ? { identityToken: Secret } : { user: Username, password: Secret };
  } catch {
    throw failed('its answer is not JSON with Username and Secret');
  }
}
