import { expect, it } from 'vitest';
import { formatRecord } from '../layout/side-files.js';
import { parseProvenance, provenanceOf, type ProvenanceFacts } from './statement.js';

const facts: ProvenanceFacts = {
  tool: 'cargo',
  task: 'app:build-linux-amd64:release',
  folder: 'crates/app',
  options: { features: ['tls'], env: { TOKEN: 'secret' }, verbose: true, bins: undefined },
  builder: 'urn:millwright:builder:local',
};
const version = { version: '1.0.0', revision: 'abc-dirty', toolchain: '1.95.0', linker: 'native' };
const subject = { name: 'app', sha256: '00' };

it('says what was built from what, and is read again', () => {
  const text = formatRecord(provenanceOf(subject, facts, version));
  expect(parseProvenance(text)).toEqual({
    subject,
    task: facts.task,
    folder: 'crates/app',
    builder: 'urn:millwright:builder:local',
    commit: 'abc',
    dirty: true,
    toolchain: '1.95.0',
  });
  expect(text).not.toContain('secret');
  expect(text).not.toContain('verbose');
});

it('names no sources outside git', () => {
  const text = formatRecord(provenanceOf(subject, facts, { ...version, revision: null }));
  expect(parseProvenance(text)).toMatchObject({ commit: undefined, dirty: false });
  expect(text).not.toContain('resolvedDependencies');
});

it.each([
  ['no JSON', (text: string) => text.slice(1)],
  ['a statement about something else', (text: string) => text.replace('provenance/v1', 'vsa/v1')],
  ['the provenance of another tool', (text: string) => text.replace('build:cargo:v1', 'build:make:v1')],
])('reads nothing from %s', (_, change) => {
  expect(parseProvenance(change(formatRecord(provenanceOf(subject, facts, version))))).toBeUndefined();
});
