import { posix } from 'node:path';
import { describeIssues, type FileLocation, type MillwrightError } from '@millwright/toolkit';
import type { Document } from 'yaml';
import { z } from 'zod';
import { composeError } from '../errors.js';
import { e2e, mount } from './mounts.js';
import { lineOf, parse, type Parsed } from './compose-yaml.js';

/** The `x-millwright` section of a Compose file, which Compose ignores. */
export const extension = z.strictObject({
  name: z.string().min(1).describe('The name of the Nx project.').optional(),
  base: z
    .union([z.literal(false), z.string().min(1)])
    .describe('The base file that this file extends; false if this file is used alone.')
    .optional(),
  mounts: z.array(mount).optional(),
  e2e: e2e.optional(),
});

export type Extension = z.output<typeof extension>;

/** The parts of a Compose file that the project graph uses. Paths are relative to the Nx workspace. */
export interface ComposeFile {
  readonly path: string;
  /** The YAML error, if any. Compose reports it again when a command uses the stack. */
  readonly problem?: MillwrightError;
  readonly services: readonly ServiceOrigin[];
  /** True if it includes other files. */
  readonly includes: boolean;
  /** The services, networks and volumes that its services require by name, such as `networks.backend`. */
  readonly requires: readonly string[];
  /** The networks and volumes that it declares, in the same form. */
  readonly declares: readonly string[];
  /** Files that it includes or whose services it extends. */
  readonly uses: readonly string[];
  /** Environment files that it names. */
  readonly variables: readonly string[];
  /** Sources of its bind mounts. */
  readonly binds: readonly string[];
  readonly extension: Extension;
}

/** A Compose file without content. */
export const emptyFile: ComposeFile = {
  path: '',
  services: [],
  includes: false,
  requires: [],
  declares: [],
  uses: [],
  variables: [],
  binds: [],
  extension: {},
};

/** The parts of a service's definition in one file that determine whether it can run. */
export interface ServiceOrigin {
  readonly name: string;
  /** True if it has `image` or `build`. */
  readonly hasImage: boolean;
  /** The service that it extends. The path is undefined if only Compose can resolve it. */
  readonly base: { readonly path: string | undefined; readonly service: string } | undefined;
}

const text = z.string();
const stringOrList = z.union([text, z.array(text)]);
const variables = z.union([text, z.array(z.union([text, z.looseObject({ path: text })]))]).optional();
const include = z.array(
  z.union([text, z.looseObject({ path: stringOrList, env_file: variables.catch(undefined) })]),
);
const service = z.looseObject({
  env_file: variables.catch(undefined),
  extends: z.union([text, z.looseObject({ file: text.optional(), service: text })]).optional(),
  volumes: z.array(z.unknown()).optional(),
  depends_on: z
    .union([z.array(text), z.record(text, z.looseObject({ required: z.boolean().optional() }))])
    .optional()
    .catch(undefined),
  networks: z
    .union([z.array(text), z.record(text, z.unknown())])
    .optional()
    .catch(undefined),
});

/**
 * Parses a Compose file without Compose. Unknown or malformed parts are skipped: Compose reports them when
 * a command uses the stack, and one faulty stack must not break the project graph.
 * @throws MillwrightError COMPOSE_FILE_INVALID if its `x-millwright` section is invalid
 */
export function readComposeFile(path: string, source: string): ComposeFile {
  const folder = posix.dirname(path);
  const parsed = parse(source);
  if (parsed === undefined) {
    return { ...emptyFile, path, problem: notYaml({ file: path }, 'it is nested too deeply') };
  }
  const { document } = parsed;
  const parts = z
    .looseObject({})
    .catch({})
    .parse(parsed.content ?? {});
  const named = z
    .record(text, service.catch({}))
    .catch({})
    .parse(parts.services ?? {});
  const services = Object.values(named);
  const included = include.catch([]).parse(parts.include ?? []);
  const uses = [
    ...included.flatMap((entry) => (typeof entry === 'string' ? [entry] : [entry.path].flat())),
    ...services.flatMap((one) =>
      typeof one.extends === 'object' && one.extends.file ? [one.extends.file] : [],
    ),
  ];
  const problem = syntaxProblem(path, parsed, source);
  return {
    path,
    ...(problem === undefined ? {} : { problem }),
    services: Object.entries(named).map(([name, one]) => ({
      name,
      hasImage: 'image' in one || 'build' in one,
      base: baseOf(path, one.extends),
    })),
    includes: included.length > 0,
    requires: [...new Set(services.flatMap(requiredBy))],
    declares: (['networks', 'volumes'] as const).flatMap((kind) =>
      Object.keys(z.looseObject({}).catch({}).parse(parts[kind])).map((name) => `${kind}.${name}`),
    ),
    uses: uses.filter(isPlain).map((file) => posix.join(folder, file)),
    variables: [...services, ...included.filter((entry) => typeof entry === 'object')]
      .flatMap((one) => [one.env_file ?? []].flat())
      .map((file) => (typeof file === 'string' ? file : file.path))
      .filter(isPlain)
      .map((file) => posix.join(folder, file)),
    binds: services
      .flatMap((one) => (one.volumes ?? []).flatMap(sourceOf))
      .map((bind) => posix.join(folder, bind)),
    extension: readExtension(path, parts['x-millwright'] ?? {}, document, source),
  };
}

function syntaxProblem(
  path: string,
  { document, problem }: Parsed,
  source: string,
): MillwrightError | undefined {
  const [error] = document.errors;
  const offset = error?.pos[0] ?? problem?.offset;
  if (offset === undefined) return undefined;
  const line = source.slice(0, offset).split('\n').length;
  return notYaml({ file: path, line }, error?.message ?? problem?.message ?? '');
}

function notYaml(location: FileLocation, why: string): MillwrightError {
  return composeError('COMPOSE_FILE_INVALID', { what: 'the Compose file is not valid YAML', location, why });
}

/** Returns true if a Compose file sets the project name. */
export function setsProjectName(source: string): boolean {
  const parsed = parse(source);
  const name = z.looseObject({ name: text.optional() }).catch({}).parse(parsed?.content).name;
  return name !== undefined && name !== '';
}

function baseOf(path: string, base: z.output<typeof service>['extends']): ServiceOrigin['base'] {
  if (base === undefined) return undefined;
  if (typeof base === 'string') return { path, service: base };
  if (base.file === undefined) return { path, service: base.service };
  const file = isPlain(base.file) ? posix.join(posix.dirname(path), base.file) : undefined;
  return { path: file, service: base.service };
}

function readExtension(path: string, value: unknown, document: Document, source: string): Extension {
  const result = extension.safeParse(value);
  if (result.success) return result.data;
  const at = (issue: z.core.$ZodIssue) => ['x-millwright', ...issue.path.map(String)];
  const { issues } = result.error;
  const line = lineOf(document, source, issues[0] ? at(issues[0]) : []);
  throw composeError('COMPOSE_FILE_INVALID', {
    what: 'invalid Compose file',
    location: { file: path, line },
    why: `x-millwright: ${describeIssues(extension, value, issues).join('; ')}`,
  });
}

/**
 * Returns true if a path can be resolved without Compose: it is relative and contains no variable or URL.
 */
function isPlain(path: string): boolean {
  return !/\$|:\/\//.test(path) && !posix.isAbsolute(path);
}

/** Returns what a service requires in Compose. Names with variables are omitted. */
function requiredBy({ depends_on, networks, volumes }: z.output<typeof service>): string[] {
  const others = Array.isArray(depends_on)
    ? depends_on
    : Object.entries(depends_on ?? {}).flatMap(([name, { required }]) => (required === false ? [] : [name]));
  const joined = Array.isArray(networks) ? networks : Object.keys(networks ?? {});
  const named = (volumes ?? []).flatMap((volume) => {
    const source =
      typeof volume === 'string' && volume.includes(':')
        ? volume.split(':')[0]
        : z.looseObject({ type: z.literal('volume'), source: text }).safeParse(volume).data?.source;
    return source !== undefined && /^\w[\w.-]+$/.test(source) ? [source] : [];
  });
  return [
    ...others.map((name) => `services.${name}`),
    ...joined.filter((name) => name !== 'default').map((name) => `networks.${name}`),
    ...named.map((name) => `volumes.${name}`),
  ].filter((name) => !name.includes('$'));
}

/** Returns the source of a volume in either syntax, if it is a path in the repository. */
function sourceOf(volume: unknown): string[] {
  const source =
    typeof volume === 'string'
      ? volume.split(':')[0]
      : z.looseObject({ type: z.literal('bind'), source: text }).safeParse(volume).data?.source;
  return source !== undefined && /^\.{1,2}(\/|$)/.test(source) && isPlain(source) ? [source] : [];
}
