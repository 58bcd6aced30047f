import { relative } from 'node:path';
import {
  type MillwrightError,
  readText,
  toolkitError,
  unlessTooDeep,
  yamlOptions,
} from '@millwright/toolkit';
import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';
import { composeError } from '../errors.js';
import { unsetVariablesIn } from './warnings.js';

/** A location in a Compose file. */
interface Place {
  readonly file: string;
  readonly line: number | undefined;
}

/**
 * Creates the error for a problem that Compose reports. Adds the file and line, which Compose usually
 * omits.
 */
export function explainCompose(problem: string, files: readonly string[], root: string): MillwrightError {
  const flag = /^unknown (?:shorthand )?flag: .+/m.exec(problem)?.[0];
  if (flag !== undefined) {
    return toolkitError('OPTION_INVALID', {
      what: 'docker compose rejected the arguments',
      why: flag,
      remedy: 'correct the arguments after `--`, or the option `args`',
    });
  }
  const place =
    files.map((file) => syntaxError(file)).find((found) => found !== undefined) ?? locate(problem, files);
  const location = { file: relative(root, place.file) || place.file, line: place.line };
  const variable = requiredVariable(problem) ?? unsetVariable(problem, place);
  if (variable && place.message === undefined) {
    return composeError('STACK_VARIABLE_MISSING', {
      what: `the variable ${variable.name} is not set`,
      location,
      why: variable.why,
      output: problem,
    });
  }
  return composeError('COMPOSE_FILE_INVALID', {
    what: 'invalid Compose file',
    location,
    why: place.message ?? lastSentence(problem),
    ...(place.line === undefined ? { remedy: 'correct the file as Compose reports' } : {}),
    output: problem,
  });
}

/** Finds the variable in `${NAME:?message}` that has no value. */
function requiredVariable(problem: string): MissingVariable | undefined {
  const found = /required variable "?(\w+)"? is missing a value:? ?(.*)/.exec(problem);
  if (!found) return undefined;
  const message = (found[2] ?? '').trim();
  return {
    name: found[1] ?? '',
    why: message === '' ? 'the Compose file requires it' : `the Compose file says: ${message}`,
  };
}

interface MissingVariable {
  readonly name: string;
  readonly why: string;
}

/** Finds a `${NAME}` without a value whose default, the empty string, is not allowed in that place. */
function unsetVariable(problem: string, { file, line }: Place): MissingVariable | undefined {
  const text = line === undefined ? '' : (readText(file)?.split('\n')[line - 1] ?? '');
  const used = new Set([...text.matchAll(/\$\{?(\w+)/g)].map(([, name]) => name));
  const name = unsetVariablesIn(problem).find((one) => used.has(one));
  return name === undefined ? undefined : { name, why: lastSentence(problem).replace(/:$/, '') };
}

function lastSentence(problem: string): string {
  return problem
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('time=') && !line.startsWith('decoding failed'))
    .slice(-2)
    .join(' ');
}

interface Found extends Place {
  readonly message?: string;
}

function syntaxError(file: string): Found | undefined {
  const lines = new LineCounter();
  const text = readText(file);
  if (text === undefined) return { file, line: undefined, message: 'there is no such file' };
  // Compose has its own tags (!reset, !override). The parser only warns about them.
  const document = parsed(text, lines);
  if (document === undefined) return { file, line: undefined, message: 'it is nested too deeply' };
  const [error] = document.errors;
  if (!error) return undefined;
  return {
    file,
    line: lines.linePos(error.pos[0]).line,
    message: error.message,
  };
}

/** Returns undefined if the file is nested too deeply. */
function parsed(text: string, lineCounter: LineCounter) {
  return unlessTooDeep(() => parseDocument(text, { ...yamlOptions, lineCounter }));
}

/**
 * Finds the place in the files that a message is about. It looks up the longest path in the message that a
 * file contains (`services.a.ports`, `services[a].ports`), then below it an additional property, or a value
 * in quotes or after a colon.
 * @param read returns the text of a file, or undefined if it cannot be read
 */
export function locate(
  problem: string,
  files: readonly string[],
  read: (file: string) => string | undefined = (file) => readText(file),
): Found {
  const named = files.find((file) => problem.includes(file));
  const candidates = named === undefined ? files : [named, ...files.filter((file) => file !== named)];
  const paths = pathsIn(problem);
  const words = [...new Set(wordsIn(problem))].slice(0, maxWords);
  let best: (Found & { readonly depth: number }) | undefined;
  for (const file of candidates) {
    const lines = new LineCounter();
    const document = parsed(read(file) ?? '', lines);
    if (document === undefined) continue;
    for (const path of paths) {
      const { node, depth } = deepest(document.contents, path);
      const word = words.map((one) => findWord(node, one)).find((one) => one !== undefined);
      const offset = (word ?? keyOf(document.contents, path.slice(0, depth)) ?? node)?.range?.[0];
      const score = depth + (word ? 1 : 0);
      if (offset === undefined || score === 0 || (best && best.depth >= score)) continue;
      best = { file, line: lines.linePos(offset).line, depth: score };
    }
  }
  return best ?? { file: candidates[0] ?? '', line: undefined };
}

/**
 * The maximum number of paths and words of a message to search for. A message can repeat the content of a
 * file.
 */
const maxWords = 20;

function pathsIn(problem: string): string[][] {
  const dotted = [
    ...problem.matchAll(/\b(services|volumes|networks|secrets|configs)((?:\.[\w-]+|\[[\w-]+\])+)/g),
  ].map((match) => [match[1] ?? '', ...(match[2] ?? '').split(/[.[\]]+/).filter((part) => part !== '')]);
  const services = [...problem.matchAll(/service "([^"]+)"/g)].map((match) => ['services', match[1] ?? '']);
  const unique = new Map([...dotted, ...services].map((path) => [path.join('\0'), path]));
  return [...[...unique.values()].slice(0, maxWords), []];
}

function wordsIn(problem: string): string[] {
  const property = [...problem.matchAll(/[Aa]dditional propert(?:y|ies) '?([\w-]+)'?/g)];
  const variable = [...problem.matchAll(/variable "?(\w+)"? is missing/g)];
  const undefinedThing = [
    ...problem.matchAll(/undefined (?:service|volume|network|secret|config) "?([\w.-]+)"?/g),
  ];
  const quoted = [...problem.matchAll(/["']([^"']+)["']/g)];
  const last = [...problem.matchAll(/: ([\w./-]+)$/gm)];
  const opened = [...problem.matchAll(/open (?:.*\/)?([^/:]+):/g)];
  return [...property, ...variable, ...undefinedThing, ...opened, ...quoted, ...last].flatMap(
    (match) => match[1] ?? [],
  );
}

function deepest(start: Node | null, path: readonly string[]): { node: Node | null; depth: number } {
  let node = start;
  for (const [depth, key] of path.entries()) {
    const next = isMap(node) ? node.get(key, true) : isSeq(node) ? node.get(Number(key), true) : undefined;
    if (next === undefined) return { node, depth };
    node = next;
  }
  return { node, depth: path.length };
}

function keyOf(start: Node | null, path: readonly string[]): Node | undefined {
  const last = path.at(-1);
  const parent = deepest(start, path.slice(0, -1)).node;
  if (last === undefined || !isMap(parent)) return undefined;
  return parent.items
    .map(({ key }) => key)
    .find((key): key is Node => isScalar(key) && String(key.value) === last);
}

/** Returns the first key that equals the word, or the first text that contains it. */
function findWord(node: Node | null, word: string): Node | undefined {
  if (isScalar(node)) return typeof node.value === 'string' && hasWord(node.value, word) ? node : undefined;
  if (isSeq(node)) return first(node.items, (item) => findWord(item as Node, word));
  if (!isMap(node)) return undefined;
  const key = node.items
    .map((pair) => pair.key)
    .find((one): one is Node => isScalar(one) && one.value === word);
  return key ?? first(node.items, (pair) => findWord(pair.value as Node | null, word));
}

function hasWord(text: string, word: string): boolean {
  return text === word || text.split(/[^\w.-]+/).includes(word) || text.endsWith(`/${word}`);
}

function first<Item, Result>(
  items: readonly Item[],
  find: (item: Item) => Result | undefined,
): Result | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
