import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Campaign, CaseResult } from '../campaign/campaign.ts';
import { documents } from '../openapi/documents.ts';
import type { Outcome } from '../openapi/try-document.ts';

/** The time limit for a document, in milliseconds. */
const patience = 1_500_000;

/**
 * Generates and builds clients of public documents. They are not part of this repository: set
 * MILLWRIGHT_OPENAPI_DOCUMENTS to a folder that contains the files of tools/openapi/documents.ts.
 */
export default function openapi(): Campaign {
  const folder = process.env.MILLWRIGHT_OPENAPI_DOCUMENTS;
  return {
    purpose:
      'A client of each public document is generated and built with `generator: "auto"`, `--fix` and ' +
      '`renames: "report"`, or the document is refused with the line that has to change.',
    cases: documents.length,
    run: (index) => tryDocument(index, folder),
    describe,
  };
}

async function tryDocument(index: number, folder: string | undefined): Promise<string> {
  if (folder === undefined) throw new Error('MILLWRIGHT_OPENAPI_DOCUMENTS is not set');
  const script = join(fileURLToPath(new URL('.', import.meta.url)), '../openapi/try-document.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [script, folder, String(index)], {
    timeout: patience,
    maxBuffer: 1 << 26,
  });
  const outcome = JSON.parse(stdout) as Outcome;
  if (outcome.refusal !== undefined) throw new Error(JSON.stringify(outcome));
  return JSON.stringify(outcome);
}

/** Returns a table of the documents. */
function describe(results: readonly CaseResult[]): string {
  const rows = results.map(({ index, passed, detail }) => row(index, passed, detail));
  return [
    'The first 30 documents are those of the first trials, or of the same kind and size where one could not be had. A result was',
    'measured beside other work.',
    '',
    '| document | source | version | sha256 | KiB | operations | generator | result | options, fixes and reasons |',
    '| --- | --- | --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

function row(index: number, passed: boolean, detail: string): string {
  const { name = '', source = '' } = documents[index] ?? {};
  if (!detail.startsWith('{')) return `| ${name} | ${source} | | | | | | failed | ${inCell(detail)} |`;
  const { version, sha256, size, operations, generator, notes, refusal } = JSON.parse(detail) as Outcome;
  const cells = [
    ...[name, source, version, `\`${sha256.slice(0, 12)}\``, String(Math.ceil(size / 1_024))],
    ...[passed ? String(operations) : '', generator, passed ? 'builds' : 'refused'],
    inCell(refusal ?? notes.filter((note) => isChoice(note)).join('; ')),
  ];
  return `| ${cells.join(' | ')} |`;
}

/** Returns true for a note about an option, a fix or a refused generator, rather than about a name. */
function isChoice(note: string): boolean {
  return /^--fix wrote|ran with|was not used|is ignored|is added|is left out/.test(note);
}

function inCell(text: string): string {
  return text.slice(0, 600).replaceAll('\n', ' ').replaceAll('|', '\\|').replaceAll('[', '\\[');
}
