/**
 * Checks that each command in the documentation is run by a test, or listed with the reason why it is not.
 * `doc-commands.json` assigns the commands.
 *
 *   node tools/doc-commands.ts     prints each command with its test or reason
 */
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The contents of `doc-commands.json`. */
export interface Assignments {
  /** Commands by test file: a list if the file contains them as printed, otherwise each with the text that runs it. */
  readonly run: Readonly<Record<string, readonly string[] | Readonly<Record<string, string>>>>;
  /** Commands that no test runs, by reason. */
  readonly notRun: Readonly<Record<string, readonly string[]>>;
}

export interface Command {
  readonly text: string;
  /** One-based. */
  readonly line: number;
}

export interface Page {
  readonly commands: readonly Command[];
  /** One-based lines where a fenced block without a language begins: it may hold commands or not. */
  readonly unlabelled: readonly number[];
}

const shells: ReadonlySet<string> = new Set(['sh', 'bash', 'console']);

/** Returns the pages of the documentation, relative to the repository. */
export function pagesOf(root: string): string[] {
  const patterns = ['*.md', 'docs/**/*.md', 'packages/*/README.md', '{examples,stacks}/**/README.md'];
  return globSync(patterns, { cwd: root, exclude: ['**/node_modules/**', '**/target/**'] }).sort();
}

/** Returns the commands in the fenced shell blocks of a Markdown page. */
export function commandsIn(markdown: string): Page {
  const commands: Command[] = [];
  const unlabelled: number[] = [];
  let language: string | undefined;
  let open: Command | undefined;
  for (const [index, raw] of markdown.split('\n').entries()) {
    const fence = /^\s*```(\S*)/.exec(raw);
    if (fence) {
      if (language === undefined && fence[1] === '') unlabelled.push(index + 1);
      language = language === undefined ? fence[1] : undefined;
    } else if (language !== undefined && shells.has(language)) {
      // In a block of a console, the lines without a prompt are output.
      if (language === 'console' && open === undefined && !raw.startsWith('$ ')) continue;
      const line = withoutComment(raw).replace(/^\$ /, '').trim();
      const text = open === undefined ? line : `${open.text} ${line}`;
      const command = { text: text.replace(/\s*\\$/, ''), line: open?.line ?? index + 1 };
      open = line.endsWith('\\') ? command : undefined;
      if (open === undefined && command.text !== '') commands.push(command);
    }
  }
  return { commands, unlabelled };
}

/** Returns what is wrong: commands without a test or reason, tests that do not run them, entries that no page has. */
export function problemsOf(root: string, { run, notRun }: Assignments): string[] {
  const problems: string[] = [];
  const assigned = new Set<string>();
  const assign = (command: string) => {
    if (assigned.has(command)) problems.push(`assigned twice: ${command}`);
    assigned.add(command);
  };
  for (const [file, commands] of Object.entries(run)) {
    const source = existsSync(join(root, file)) ? readFileSync(join(root, file), 'utf8') : '';
    const pairs = Array.isArray(commands)
      ? commands.map((one: string) => [one, one])
      : Object.entries(commands);
    for (const [command = '', evidence = ''] of pairs) {
      assign(command);
      if (!source.includes(evidence)) problems.push(`${file} does not contain: ${evidence}`);
    }
  }
  Object.values(notRun).flat().forEach(assign);
  const printed = new Set<string>();
  for (const page of pagesOf(root)) {
    const { commands, unlabelled } = commandsIn(readFileSync(join(root, page), 'utf8'));
    problems.push(...unlabelled.map((line) => `${page}:${line}: the fenced block has no language`));
    for (const { text, line } of commands) {
      printed.add(text);
      if (!assigned.has(text)) problems.push(`${page}:${line}: neither run by a test nor listed: ${text}`);
    }
  }
  for (const command of assigned) if (!printed.has(command)) problems.push(`in no page: ${command}`);
  return problems;
}

/** Returns the assignments of this repository. */
export function readAssignments(): Assignments {
  return JSON.parse(readFileSync(join(import.meta.dirname, 'doc-commands.json'), 'utf8')) as Assignments;
}

/** Removes a shell comment: a `#` at the start of a word and outside quotes. */
function withoutComment(line: string): string {
  let quote = '';
  for (let index = 0; index < line.length; index++) {
    const character = line.charAt(index);
    if (quote !== '') quote = character === quote ? '' : quote;
    else if (character === '"' || character === "'") quote = character;
    else if (character === '#' && /^$|\s/.test(line.charAt(index - 1))) return line.slice(0, index);
  }
  return line;
}

if (import.meta.main) {
  const { run, notRun } = readAssignments();
  for (const [file, commands] of Object.entries(run)) {
    console.log(`run by ${file}`);
    for (const command of Array.isArray(commands) ? commands : Object.keys(commands))
      console.log(`  ${command}`);
  }
  for (const [reason, commands] of Object.entries(notRun)) {
    console.log(`not run: ${reason}`);
    for (const command of commands) console.log(`  ${command}`);
  }
}
