/**
 * Writes docs/errors.md from the error codes of all packages. With `--check`, writes nothing and fails if
 * it is out of date.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ErrorCatalogue } from '@millwright/toolkit';
import { format } from 'prettier';
import { errorSectionsOf } from './surface/error-sections.ts';

const path = join(import.meta.dirname, '../docs/errors.md');
const found = await errorSectionsOf(join(import.meta.dirname, '..'));
const sections = found.map(({ title, entries }) => ({ title, entries: sorted(entries) }));
const printed = sorted(Object.assign({}, ...found.map(({ entries }) => entries)) as ErrorCatalogue).flatMap(
  ([code, { printed: texts = [] }]) =>
    texts.map((text) => `| ${codeSpan(text)} | [${code}](#${code.toLowerCase()}) |`),
);
const parts = [
  '# Errors and troubleshooting',
  `Every error and warning has a code, which you can search for on this page:

\`\`\`text
error[MOUNT_GLIBC_TOO_NEW]: artifacts/linux/amd64/my-server requires glibc 2.39, but debian:bookworm-slim has 2.36
  --> my-stack/compose.yaml:4
  cause: the binary uses pidfd_spawnp (GLIBC_2.39)
  help: build with \`glibc: "2.36"\` or \`libc: "musl"\`, or use an image with glibc 2.39 or newer
\`\`\`

The first line says what happened. \`-->\` shows the file and line if they are known, \`cause\` says why it happened, and
\`help\` says what to do. \`--verbose\` adds the output of the program that failed. Colours follow \`NO_COLOR\` and
\`FORCE_COLOR\`. This page is generated from the error codes of the packages by \`npm run schemas\`.`,
  `Sections: ${sections.map(({ title }) => `[${title}](#${title.toLowerCase().replaceAll(' ', '-')})`).join(', ')}.`,
  `## Messages of other programs\n\n| message | code |\n| --- | --- |\n${printed.join('\n')}`,
  ...sections.flatMap(({ title, entries }) => [
    `## ${title}`,
    ...entries.map(
      ([code, { meaning, remedy, former = [] }]) =>
        `### ${code}\n\n${meaning}\n\n_Help:_ ${remedy}${former.map((old) => `\n\n_Formerly:_ ${old}`).join('')}`,
    ),
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
