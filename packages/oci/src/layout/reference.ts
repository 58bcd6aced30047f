import { ociError } from '../errors.js';

/** Where an image is: a repository in a registry, and a tag or digest. */
export interface Reference {
  /** Host and port: `registry.example.com:5000`; `docker.io` for Docker Hub. */
  readonly registry: string;
  /** `library/debian` */
  readonly repository: string;
  readonly tag: string | undefined;
  readonly digest: string | undefined;
}

const hub = 'docker.io';

// distribution/reference: components of lower-case letters and digits, separated by dots, dashes and underscores.
const component = /^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*$/;
const tagForm = /^\w[\w.-]{0,127}$/;
const digestForm = /^sha256:[0-9a-f]{64}$/;
const hostForm = /^([A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9a-fA-F:]+\])(:\d+)?$/;

/**
 * Parses the name of an image as Docker does: a first part without dot, port or `localhost` is not a registry.
 * @throws MillwrightError IMAGE_NAME_INVALID
 */
export function parseReference(text: string): Reference {
  const invalid = (why: string) =>
    ociError('IMAGE_NAME_INVALID', { what: `${JSON.stringify(text)} is not a valid image name`, why });
  const [named = '', digest, ...more] = text.split('@');
  if (more.length > 0 || (digest !== undefined && !digestForm.test(digest)))
    throw invalid('after the @, a digest is expected: sha256: and 64 hexadecimal digits');
  const colon = named.lastIndexOf(':');
  const hasTag = colon > named.lastIndexOf('/');
  const tag = hasTag ? named.slice(colon + 1) : undefined;
  const path = hasTag ? named.slice(0, colon) : named;
  if (tag !== undefined && !tagForm.test(tag))
    throw invalid(
      `${JSON.stringify(tag)} is not a valid tag; a tag has up to 128 letters, digits, dots, dashes and underscores`,
    );
  const [first = '', ...rest] = path.split('/');
  const hasRegistry = rest.length > 0 && (/[.:[]/.test(first) || first === 'localhost');
  const registry = hasRegistry ? normalRegistry(first) : hub;
  const parts = hasRegistry ? rest : [first, ...rest];
  if (!hostForm.test(registry)) throw invalid(`${JSON.stringify(registry)} is not a valid host name`);
  const wrong = parts.find((part) => !component.test(part));
  if (wrong !== undefined)
    throw invalid(
      `${JSON.stringify(wrong)} is not allowed; each part has lower-case letters and digits, separated by . _ or -`,
    );
  const repository = registry === hub && parts.length === 1 ? `library/${parts.join('/')}` : parts.join('/');
  return { registry, repository, tag, digest };
}

function normalRegistry(host: string): string {
  return ['index.docker.io', 'registry-1.docker.io'].includes(host) ? hub : host;
}

/** Returns the repository with its registry: `docker.io/library/debian`. */
export function repositoryName({ registry, repository }: Pick<Reference, 'registry' | 'repository'>): string {
  return `${registry}/${repository}`;
}

/** Returns a reference in full. */
export function formatReference(reference: Reference): string {
  const { tag, digest } = reference;
  return `${repositoryName(reference)}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;
}

/** Returns true if the registry runs on this machine, so that plain HTTP reveals nothing. */
export function isLoopback(registry: string): boolean {
  const host = registry.replace(/:\d+$/, '');
  return host === 'localhost' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}

/** What tag templates can contain. */
export interface TagValues {
  /** The version of the project: of its artifacts, or of a release. */
  readonly version: string | undefined;
  /** The commit. */
  readonly sha: string | undefined;
}

/**
 * Replaces `{version}`, `{major}`, `{minor}` (major and minor), and `{sha}` (twelve digits) in a tag. A plus in a
 * version, which a tag cannot have, becomes a dash.
 * @throws MillwrightError IMAGE_TAG_INVALID
 */
export function expandTag(template: string, { version, sha }: TagValues): string {
  const [major, minor] = version?.match(/^(\d+)\.(\d+)\./)?.slice(1) ?? [];
  const values: Readonly<Record<string, string | undefined>> = {
    version: version?.replaceAll('+', '-'),
    major,
    minor: minor === undefined ? undefined : `${major ?? ''}.${minor}`,
    sha: sha?.slice(0, 12),
  };
  const invalid = (why: string) =>
    ociError('IMAGE_TAG_INVALID', { what: `${JSON.stringify(template)} is not a valid tag`, why });
  const tag = template.replaceAll(/\{(\w*)\}/g, (_, name: string) => {
    if (!Object.hasOwn(values, name))
      throw invalid(
        `unknown placeholder {${name}}; available placeholders: ${Object.keys(values).join(', ')}`,
      );
    const value = values[name];
    if (value === undefined)
      throw invalid(`the project has no ${name === 'sha' ? 'commit' : 'version'} for {${name}}`);
    return value;
  });
  if (!tagForm.test(tag))
    throw invalid(
      `the template expands to ${JSON.stringify(tag)}; tags have letters, digits, dots, dashes and underscores`,
    );
  return tag;
}
