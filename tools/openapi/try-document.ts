/** Generates and builds the client of one document in a temporary workspace, and prints the outcome as JSON. */
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseSource } from '../../packages/go/dist/openapi/document/source.js';
import { generateClient } from '../../packages/go/dist/openapi/generate.js';
import { generateOptions, generateSettings } from '../../packages/go/dist/openapi/settings.js';
import { MillwrightError } from '../../packages/toolkit/dist/index.js';
import { documents, type PublicDocument } from './documents.ts';

/** The outcome of one document. */
export interface Outcome {
  /** The version that the document states. */
  readonly version: string;
  /** The digest and the size in bytes of the root file. */
  readonly sha256: string;
  readonly size: number;
  readonly operations: number;
  readonly generator: string;
  /** Options, fixes and adaptations, as the notes say. */
  readonly notes: readonly string[];
  /** Why it was refused, with the place. */
  readonly refusal: string | undefined;
  readonly seconds: number;
}

const [folder = '', index = ''] = process.argv.slice(2);
const document = documents[Number(index)];
if (document === undefined) throw new Error(`there is no document ${index}`);
const bytes = readFileSync(join(folder, document.file));
const version = versionOf(document.file, bytes.toString('utf8'));
const workspace = mkdtempSync(join(tmpdir(), 'openapi-document-'));
const started = performance.now();
const outcome: Omit<Outcome, 'seconds'> = await attempt(document).finally(() => {
  rmSync(workspace, { recursive: true, force: true });
});
console.log(JSON.stringify({ ...outcome, seconds: (performance.now() - started) / 1_000 }));

async function attempt(tried: PublicDocument): Promise<Omit<Outcome, 'seconds'>> {
  const { file, folder: whole = file } = tried;
  mkdirSync(dirname(join(workspace, whole)), { recursive: true });
  cpSync(join(folder, whole), join(workspace, whole), { recursive: true });
  mkdirSync(join(workspace, 'client'));
  writeFileSync(join(workspace, 'client/go.mod'), 'module example.org/client\n\ngo 1.25.0\n');
  const options = generateOptions.parse({
    spec: file,
    package: 'client',
    generator: 'auto',
    renames: 'report',
    fix: true,
    tidy: true,
  });
  const settings = generateSettings(options, { name: 'client', root: 'client' }, workspace);
  const facts = { version, sha256: createHash('sha256').update(bytes).digest('hex'), size: bytes.length };
  try {
    const { operations, chosen, notes } = await generateClient(settings, () => undefined);
    const counts = { operations: operations?.methods ?? 0, generator: chosen?.generator ?? '' };
    return { ...facts, ...counts, notes, refusal: undefined };
  } catch (error) {
    if (!(error instanceof MillwrightError)) throw error;
    const { code, what, why, location } = error;
    const place = location?.line === undefined ? '' : `${location.file}:${location.line}: `;
    return { ...facts, operations: 0, generator: '', notes: [], refusal: `${place}${code}: ${what}: ${why}` };
  }
}

/** Returns the version that a document states. Empty if it has none or is not valid YAML. */
function versionOf(file: string, text: string): string {
  try {
    const { data } = parseSource(file, text);
    const { info } = data as { readonly info?: { readonly version?: string | number } };
    return String(info?.version ?? '');
  } catch (error) {
    if (error instanceof MillwrightError) return '';
    throw error;
  }
}
