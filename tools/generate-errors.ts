/** Writes docs/errors.md from the catalogue of errors; with `--check` writes nothing and fails where it differs. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { format } from 'prettier';
import { catalogue } from '@millwright/toolkit';

const path = join(import.meta.dirname, '../docs/errors.md');
const entries = Object.entries(catalogue).sort(([a], [b]) => (a < b ? -1 : 1));
const sections = entries.map(
  ([code, { meaning, remedy }]) => `## ${code}\n\n${meaning}\n\n_What to do:_ ${remedy}`,
);
const printed = entries.flatMap(([code, { printed: texts = [] }]) =>
  texts.map((text) => `| ${codeSpan(text)} | [${code}](#${code.toLowerCase()}) |`),
);
const symptoms = `## By what other programs print\n\n| printed | code |\n| --- | --- |\n${printed.join('\n')}`;
const intro =
  '# Errors and troubleshooting\n\nEvery message has a code, what happened, why, and what to do. This page is made from the catalogue.';
const text = await format(`${[intro, symptoms, ...sections].join('\n\n')}\n`, {
  parser: 'markdown',
  printWidth: 110,
  proseWrap: 'preserve',
});

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
  console.error('docs/errors.md differs from the catalogue: run npm run schemas');
  process.exitCode = 1;
} else if (present !== text) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
