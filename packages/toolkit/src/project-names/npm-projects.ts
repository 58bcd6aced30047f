import { posix } from 'node:path';
import { isMapping, type Mapping, yamlOptions } from '../text/documents.js';
import type { RepositoryFiles } from '../files/disk-files.js';
import { yamlProblem } from '../text/yaml-problem.js';
import { toolkitError } from '../errors.js';
import { warnOnce } from '../errors/warn-once.js';

/**
 * Returns the names that Nx itself assigns to projects, by folder: from project.json files, and from packages that it
 * treats as projects. Omits folders whose project.json has no name, because other files may name them.
 * @param files the paths of package.json and project.json files
 * @param allPackages true if another plugin may make a project of every package
 */
export async function nxNames(
  files: readonly string[],
  { read, exists }: Pick<RepositoryFiles, 'read' | 'exists'>,
  allPackages: boolean,
): Promise<Map<string, string>> {
  const names = new Map<string, string>();
  const isMember = await memberMatcher(read, exists);
  const beside = new Set(
    files.filter((path) => isNamed(path, 'project.json')).map((path) => posix.dirname(path)),
  );
  for (const path of files.filter((one) => isNamed(one, 'package.json'))) {
    const folder = posix.dirname(path);
    const infers = allPackages && folder !== '.';
    if (!infers && !beside.has(folder) && !isMember(path)) continue;
    const json = jsonIn(read(path));
    if (json === undefined) continue;
    const own = text(record(json.nx)?.name) ?? text(json.name);
    if (own !== undefined) names.set(folder, own);
    else if (folder !== '.') names.set(folder, posix.basename(folder).toLowerCase());
  }
  for (const folder of beside) {
    const own = text(jsonIn(read(posix.join(folder, 'project.json')))?.name);
    if (own !== undefined) names.set(folder, own);
  }
  return names;
}

/** Returns the name in a package.json, whether it is a project or not. */
export function packageName(json: string | undefined): string | undefined {
  return text(jsonIn(json)?.name);
}

/** Returns a function that determines whether a package.json belongs to the package manager's workspace. */
async function memberMatcher(
  read: (path: string) => string | undefined,
  exists: (path: string) => boolean,
): Promise<(path: string) => boolean> {
  const root = jsonIn(read('package.json'));
  if (root === undefined) return () => false;
  const { workspaces } = root;
  const patterns = [
    ...strings(Array.isArray(workspaces) ? workspaces : record(workspaces)?.packages),
    ...(exists('pnpm-workspace.yaml') ? await pnpmPackages(read('pnpm-workspace.yaml') ?? '') : []),
    ...(exists('lerna.json') ? lernaPackages(read('lerna.json')) : []),
  ]
    .filter((pattern) => !isCostly(pattern))
    .map(manifestPattern);
  if (patterns.length > maxPatterns) {
    warnOnce(
      toolkitError('WORKSPACE_PATTERN_IGNORED', {
        what: '"workspaces" of package.json has too many patterns',
        why: `there are ${patterns.length} patterns; the names of projects are determined from the first ${maxPatterns}`,
        remedy: 'replace several patterns with one, such as `packages/*`',
      }),
    );
    patterns.length = maxPatterns;
  }
  if (root.nx !== undefined) patterns.push('package.json');
  if (patterns.length === 0) return () => false;
  const { Minimatch } = await import('minimatch');
  const negative = patterns.filter((pattern) => pattern.startsWith('!'));
  const listed = patterns.filter((pattern) => !pattern.startsWith('!'));
  const excludesOnly = negative.length > 0 && listed.every((pattern) => pattern === 'package.json');
  const positive = excludesOnly ? [...listed, '**/package.json'] : listed;
  const [included, excluded] = [positive, negative].map((list) => list.map((one) => new Minimatch(one)));
  return (path) =>
    (included ?? []).some((one) => one.match(path)) && (excluded ?? []).every((one) => one.match(path));
}

/** Limits for patterns: `*` per path segment, alternatives in braces, and characters. */
const [maxStars, maxAlternatives, maxPatternLength] = [3, 1_000, 256];
/** The maximum number of patterns, because each is matched with every package.json. */
const maxPatterns = 1_000;

/**
 * Returns whether matching a pattern may take too long: each further `*` in a segment multiplies the time by its
 * length.
 */
function isCostly(pattern: string): boolean {
  const lists = [...pattern.matchAll(/\{([^{}]*)\}/g)].map(([, list = '']) => list);
  const hasManyStars = pattern
    .split('/')
    .some((part) => part !== '**' && part.split('*').length - 1 > maxStars);
  const alternatives = lists.reduce((product, list) => product * list.split(',').length, 1);
  const isNested =
    /[{(][^{}()]*[{(]/.test(pattern) ||
    lists.some((list) => list.includes('..')) ||
    (pattern.match(/[+*@?!]\(/g)?.length ?? 0) > 1;
  const isLong = pattern.length > maxPatternLength;
  if (!hasManyStars && !isNested && !isLong && alternatives <= maxAlternatives) return false;
  warnOnce(
    toolkitError('WORKSPACE_PATTERN_IGNORED', {
      what: `the pattern ${pattern.slice(0, 80)} in "workspaces" of package.json is too complex`,
      why:
        `project names are determined without the pattern, because it has more than ${maxStars} "*" in one path segment, more than ${maxAlternatives} alternatives, more than ` +
        `${maxPatternLength} characters, a range, or nested groups`,
      remedy: 'simplify the pattern, or list its folders instead',
    }),
  );
  return true;
}

async function pnpmPackages(yaml: string): Promise<string[]> {
  const { parseDocument } = await import('yaml');
  try {
    const document = parseDocument(yaml, { ...yamlOptions, logLevel: 'silent' });
    if (document.errors.length > 0 || yamlProblem(document.contents, yaml.length)) return [];
    return strings(record(document.toJS())?.packages);
  } catch {
    return []; // Nx reports the invalid file.
  }
}

function lernaPackages(json: string | undefined): string[] {
  const packages = strings(jsonIn(json)?.packages);
  return packages.length > 0 ? packages : ['packages/*'];
}

function manifestPattern(pattern: string): string {
  const plain = pattern.replace(/^(!?)\.\//, '$1');
  return isNamed(plain, 'package.json') ? plain : posix.join(plain, 'package.json');
}

function isNamed(path: string, name: string): boolean {
  return posix.basename(path) === name;
}

/** Parses JSON with comments and trailing commas, as Nx does. */
function jsonIn(json = ''): Mapping | undefined {
  try {
    // An unclosed string or comment extends to the end, so that many of them do not take quadratic time.
    const plain = json
      .replace(/^\uFEFF/, '')
      .replace(/("(?:\\[\s\S]|[^"\\])*"?)|\/\/[^\n]*|\/\*(?:[\s\S]*?\*\/|[\s\S]*)/g, '$1')
      .replace(/("(?:\\[\s\S]|[^"\\])*"?)|,(?=\s*[}\]])/g, '$1');
    return record(JSON.parse(plain));
  } catch {
    return undefined;
  }
}

function record(value: unknown): Mapping | undefined {
  return isMapping(value) ? value : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
}
