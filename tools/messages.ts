/**
 * Prints every message of the catalogue and of the code with sample values, for proofreading.
 *
 *   npm run messages              all of them
 *   npm run messages -- GLIBC     those whose code, place or text contains a word
 */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorSectionsOf } from './surface/error-sections.ts';
import { type Message, messagesIn } from './messages/texts.ts';

const root = join(import.meta.dirname, '..');
const sections = await errorSectionsOf(root);
const [word = ''] = process.argv.slice(2);
const remedies = new Map(
  sections.flatMap(({ entries }) => Object.entries(entries)).map(([code, { remedy }]) => [code, remedy]),
);

const files = globSync('packages/*/src/**/*.ts', { cwd: root }).filter(
  (file) => !/\.spec(\.helper)?\.ts$/.test(file),
);
const ofCode = files
  .sort()
  .flatMap((file) => messagesIn(file, readFileSync(join(root, file), 'utf8')).map((one) => shown(file, one)));
const ofCatalogue = sections
  .flatMap(({ entries }) => Object.entries(entries))
  .map(([code, { meaning, remedy }]) => `${code}: ${meaning}\n  help: ${remedy}`);
const all = [...ofCatalogue, ...ofCode].filter((text) => text.toLowerCase().includes(word.toLowerCase()));
console.log(all.join('\n\n'));
console.log(`\n${all.length} messages`);

function shown(file: string, { severity, code, line, what, hasLocation, why, remedy }: Message): string {
  const fromCatalogue = remedies.get(code ?? '');
  const help = remedy.length > 0 || fromCatalogue === undefined ? remedy : [fromCatalogue];
  // Of several texts, one message has only one.
  const labelled = (label: string, texts: readonly string[]) =>
    texts.map((text) => `${label}${texts.length > 1 ? ' (one of)' : ''}: ${text}`);
  return [
    ...labelled(`${severity}[${code ?? '<code>'}]`, what),
    ...(hasLocation ? ['  --> crates/mill/Cargo.toml:12'] : []),
    ...labelled('  cause', why),
    ...labelled('  help', help),
    `  (${file}:${line})`,
  ].join('\n');
}
