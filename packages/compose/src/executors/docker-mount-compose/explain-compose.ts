import { relative } from 'node:path';
import { MillwrightError, readText } from '@millwright/toolkit';
import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';

/** A place in a Compose file. */
interface Place {
  readonly file: string;
  readonly line: number | undefined;
}

/** The error for what Compose finds wrong, with file and line, which Compose itself mostly leaves out. */
export function explainCompose(problem: string, files: readonly string[], root: string): MillwrightError {
  const place =
    files.map((file) => syntaxError(file)).find((found) => found !== undefined) ?? locate(problem, files);
  const shown = relative(root, place.file) || place.file;
  const where = `${shown}${place.line === undefined ? '' : `:${place.line}`}`;
  const variable = requiredVariable(problem);
  if (variable && place.message === undefined) {
    return new MillwrightError('STACK_VARIABLE_MISSING', {
      what: `${where} wants the variable ${variable.name}, which has no value`,
      why: variable.says === '' ? 'the file requires it' : `the file says of it: ${variable.says}`,
      output: problem,
    });
  }
  return new MillwrightError('COMPOSE_FILE_INVALID', {
    what: `${where} is no valid Compose file`,
    why: place.message ?? lastSentence(problem),
    output: problem,
  });
}

/** `${NAME:?what it says}` without a value. */
function requiredVariable(problem: string): { name: string; says: string } | undefined {
  const found = /required variable "?(\w+)"? is missing a value:? ?(.*)/.exec(problem);
  return found ? { name: found[1] ?? '', says: (found[2] ?? '').trim() } : undefined;
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
  // Compose has tags of its own (!reset, !override), which are only warned of here.
  const [error] = parseDocument(text, { lineCounter: lines }).errors;
  if (!error) return undefined;
  return {
    file,
    line: lines.linePos(error.pos[0]).line,
    message: error.message.split('\n')[0]?.replace(/ at line .*/, '') ?? '',
  };
}

/**
 * The place that a message is about: the last part of the longest path in it that a file has (`services.a.ports`,
 * `services[a].ports`), an additional property below it, or a value in quotes or behind a colon.
 */
export function locate(problem: string, files: readonly string[]): Found {
  const named = files.find((file) => problem.includes(file));
  const candidates = named === undefined ? files : [named, ...files.filter((file) => file !== named)];
  const paths = pathsIn(problem);
  const words = wordsIn(problem);
  let best: (Found & { readonly depth: number }) | undefined;
  for (const file of candidates) {
    const lines = new LineCounter();
    const document = parseDocument(readText(file) ?? '', { lineCounter: lines });
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

function pathsIn(problem: string): string[][] {
  const dotted = [
    ...problem.matchAll(/\b(services|volumes|networks|secrets|configs)((?:\.[\w-]+|\[[\w-]+\])+)/g),
  ].map((match) => [match[1] ?? '', ...(match[2] ?? '').split(/[.[\]]+/).filter((part) => part !== '')]);
  const services = [...problem.matchAll(/service "([^"]+)"/g)].map((match) => ['services', match[1] ?? '']);
  return [...dotted, ...services, []];
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

/** The first key that is the word, else the first text that has it. */
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
