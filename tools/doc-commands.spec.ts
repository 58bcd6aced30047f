import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { commandsIn, pagesOf, problemsOf, readAssignments } from './doc-commands.ts';

const repository = join(import.meta.dirname, '..');
const fenced = (language: string, ...lines: readonly string[]) =>
  ['Text', `\`\`\`${language}`, ...lines, '```', ''].join('\n');

describe('commandsIn', () => {
  it.each<[string, string, readonly string[], readonly string[]]>([
    ['one command for each line', 'sh', ['a b', 'c'], ['a b', 'c']],
    ['no comments', 'sh', ['# all', 'a   # one'], ['a']],
    ['a number sign in quotes or in a word', 'sh', ['a "b # c" d#e'], ['a "b # c" d#e']],
    ['a command of several lines as one', 'bash', ['a \\', '  --b \\', '  --c', 'd'], ['a --b --c', 'd']],
    ['the lines after a prompt of a console', 'console', ['$ a', 'output', '$ b'], ['a', 'b']],
    ['nothing of blocks that are not shells', 'text', ['a'], []],
  ])('returns %s', (_, language, lines, expected) => {
    expect(commandsIn(fenced(language, ...lines)).commands.map(({ text }) => text)).toEqual(expected);
  });

  it('returns the lines of commands and of blocks without a language', () => {
    const page = commandsIn(fenced('', 'a') + fenced('sh', 'b'));
    expect(page).toEqual({ commands: [{ text: 'b', line: 7 }], unlabelled: [2] });
  });
});

describe('problemsOf', () => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'doc-commands-'));
    writeFileSync(join(root, 'README.md'), fenced('sh', 'a --b', 'c', 'd'));
    writeFileSync(join(root, 'x.spec.ts'), "run('a --b'); run('c', option);");
  });

  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  const complete = { run: { 'x.spec.ts': { 'a --b': "'a --b'", c: "run('c'" } }, notRun: { slow: ['d'] } };

  it('finds none if each command has a test or a reason', () => {
    expect(problemsOf(root, complete)).toEqual([]);
  });

  it.each<[string, Parameters<typeof problemsOf>[1], string]>([
    [
      'a command without either',
      { ...complete, notRun: {} },
      'README.md:5: neither run by a test nor listed: d',
    ],
    ['a command with both', { ...complete, notRun: { slow: ['c', 'd'] } }, 'assigned twice: c'],
    ['a command in no page', { ...complete, notRun: { slow: ['d', 'e'] } }, 'in no page: e'],
    [
      'a test that does not run the command',
      { run: { 'x.spec.ts': ['a --b', 'c', 'd'] }, notRun: {} },
      'x.spec.ts does not contain: d',
    ],
    [
      'a test that does not exist',
      { run: { 'x.spec.ts': ['a --b', 'c'], 'y.spec.ts': ['d'] }, notRun: {} },
      'y.spec.ts does not contain: d',
    ],
  ])('reports %s', (_, assignments, problem) => {
    expect(problemsOf(root, assignments)).toEqual([problem]);
  });
});

it('each command of the documentation is run by a test, or listed with the reason why it is not', () => {
  expect(problemsOf(repository, readAssignments())).toEqual([]);
});

it('the npm scripts that the documentation names exist', () => {
  const { scripts } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
    readonly scripts: Readonly<Record<string, string>>;
  };
  const named = pagesOf(repository).flatMap((page) =>
    [...readFileSync(join(repository, page), 'utf8').matchAll(/\bnpm run ([\w:]+)/g)].map(
      ([, name = '']) => name,
    ),
  );
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter((name) => !(name in scripts))).toEqual([]);
});
