/** Writes docs/errors.md from the error codes of all packages; with `--check` writes nothing and fails where it differs. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ErrorCatalogue } from '@millwright/toolkit';
import { format } from 'prettier';
import { errorSectionsOf } from './error-sections.ts';

const path = join(import.meta.dirname, '../docs/errors.md');
const found = await errorSectionsOf(join(import.meta.dirname, '..'));
const sections = found.map(({ title, entries }) => ({ title, entries: sorted(entries) }));
const printed = sorted(Object.assign({}, ...found.map(({ entries }) => entries)) as ErrorCatalogue).flatMap(
  ([code, { printed: texts = [] }]) =>
    texts.map((text) => `| ${codeSpan(text)} | [${code}](#${code.toLowerCase()}) |`),
);
const parts = [
  '# Errors and troubleshooting',
  'Every message has a code, what happened, why, and what to do. This page is made from the catalogue.',
  `The codes, by where they come up: ${sections.map(({ title }) => `[${title}](#${title.toLowerCase().replaceAll(' ', '-')})`).join(', ')}.`,
  `## By what other programs print\n\n| printed | code |\n| --- | --- |\n${printed.join('\n')}`,
  ...sections.flatMap(({ title, entries }) => [
    `## ${title}`,
    ...entries.map(([code, { meaning, remedy }]) => `### ${code}\n\n${meaning}\n\n_What to do:_ ${remedy}`),
  ]),
];
const text = await format(`${parts.join('\n\n')}\n`, {
  parser: 'markdown',
  printWidth: 110,
  proseWrap: 'preserve',
});

function sorted<Entry>(entries: Readonly<Record<string, Entry>>): [code: string, entry: Entry][] {
  return Object.entries(entries).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** A text as code, whatever backticks and bars it has. */
function codeSpan(words: string): string {
  return `\`\` ${words.replaceAll('|', '\\|')} \`\``;
}

const present = (() => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
})();
if (present !== text && process.argv.includes('--check')) {
  console.error('docs/errors.md differs from the codes of the packages: run npm run schemas');
  process.exitCode = 1;
} else if (present !== text) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
