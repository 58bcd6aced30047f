import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import { expect, it } from 'vitest';
import type { Unit, UnitsRecord } from '../units/record.js';
import { sbomDocument } from './document.js';
import type { SpecVersion } from './spec-versions.js';

const registry = 'registry+https://github.com/rust-lang/crates.io-index';
const checksum = 'ab'.repeat(32);
const unit = (name: string, more: Partial<Unit> = {}): Unit => ({
  name,
  version: '1.0.0',
  kind: 'normal',
  dependencies: [],
  ...more,
});
const record: UnitsRecord = {
  version: 1,
  ecosystem: 'cargo',
  target: 'linux/amd64',
  toolchain: 'rustc 1.95.0',
  root: 0,
  units: [
    unit('app', { path: 'crates/app', dependencies: [1, 2, 4], features: ['tls'] }),
    unit('log', { source: registry, checksum, license: 'MIT/Apache-2.0', features: ['std'] }),
    unit('derive', { kind: 'proc-macro', source: registry, license: 'MIT', dependencies: [3] }),
    unit('log', { kind: 'build', source: registry, checksum, license: 'MIT/Apache-2.0' }),
    unit('words', { path: 'crates/words' }),
    unit('odd', { source: 'git+https://host.example/odd?branch=main#0123abc', license: 'see LICENSE' }),
  ],
};
const go: UnitsRecord = {
  version: 1,
  ecosystem: 'golang',
  target: 'linux/arm64',
  toolchain: 'go1.26.0',
  root: 0,
  units: [
    {
      name: 'example.com/app',
      path: 'app',
      kind: 'normal',
      packages: ['example.com/app'],
      dependencies: [1, 2, 3],
    },
    {
      name: 'github.com/Masterminds/semver/v3',
      version: 'v3.2.0',
      checksum: 'h1:x=',
      kind: 'normal',
      dependencies: [],
    },
    {
      name: 'golang.org/x/net',
      version: 'v0.1.0',
      replacedBy: { name: 'folder', path: 'net' },
      kind: 'normal',
      dependencies: [],
    },
    { name: 'std', version: '1.26.0', kind: 'normal', dependencies: [] },
  ],
};
const subject = { name: 'app', version: '1.0.0', sha256: 'cd'.repeat(32) };
const document = (from = record, version: SpecVersion = '1.6') =>
  sbomDocument(subject, from, version, (folder) => (folder === 'crates/words' ? 'MIT' : undefined));

interface Parsed {
  readonly serialNumber: string;
  readonly metadata: { readonly component: object };
  readonly components: readonly Readonly<Record<string, unknown>>[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[];
}
const parsed = (text: string) => JSON.parse(text) as Parsed;
const byName = (text: string) =>
  parsed(text).components.toSorted((one, other) => (String(one.name) < String(other.name) ? -1 : 1));

it.each([
  ['a Rust program', record, '1.6', Spec.Version.v1dot6],
  ['a Rust program', record, '1.7', Spec.Version.v1dot7],
  ['a Go program', go, '1.6', Spec.Version.v1dot6],
] as const)('is valid against the schema: %s', async (_, from, version, schema) => {
  const errors: unknown = await new Validation.JsonStrictValidator(schema).validate(document(from, version));
  expect(errors).toBeNull();
});

it('describes the artifact, and each package once with its licence, origin and scope', () => {
  expect(parsed(document()).metadata.component).toMatchObject({
    name: 'app',
    version: '1.0.0',
    hashes: [{ alg: 'SHA-256', content: subject.sha256 }],
  });
  expect(byName(document()).map(({ name, scope, purl, licenses }) => [name, scope, purl, licenses])).toEqual([
    [
      'derive',
      'excluded',
      'pkg:cargo/derive@1.0.0',
      [{ license: { id: 'MIT', acknowledgement: 'declared' } }],
    ],
    ['log', 'required', 'pkg:cargo/log@1.0.0', [{ expression: 'MIT OR Apache-2.0' }]],
    [
      'odd',
      'required',
      'pkg:cargo/odd@1.0.0?vcs_url=git%2Bhttps%3A%2F%2Fhost.example%2Fodd%400123abc',
      [{ license: { name: 'see LICENSE', acknowledgement: 'declared' } }],
    ],
    ['words', 'required', undefined, [{ license: { id: 'MIT', acknowledgement: 'declared' } }]],
  ]);
});

it.each([
  ['MIT OR Apache-2.0 WITH LLVM-exception', 'expression'],
  ['(MIT OR Apache-2.0) AND Unicode-3.0', 'expression'],
  ['GPL-2.0+ OR Apache-2.0+', 'expression'],
  ['LicenseRef-Acme', 'expression'],
  ['MIT OR Proprietary', 'name'],
  ['MIT or Apache-2.0', 'name'],
  ['MIT OR (Apache-2.0', 'name'],
])('states the licence %s as %s', async (license, kind) => {
  const units = record.units.map((one) => (one.name === 'derive' ? { ...one, license } : one));
  const text = document({ ...record, units });
  const [found] = byName(text).find(({ name }) => name === 'derive')?.licenses as Record<string, object>[];
  expect(found).toMatchObject(kind === 'name' ? { license: { name: license } } : { expression: license });
  const errors: unknown = await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(text);
  expect(errors).toBeNull();
});

it('names the supplier, if there is one', async () => {
  const text = sbomDocument({ ...subject, supplier: 'Acme' }, record, '1.6', () => undefined);
  expect(parsed(text).metadata).toMatchObject({
    supplier: { name: 'Acme' },
    component: { supplier: { name: 'Acme' } },
  });
  const errors: unknown = await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(text);
  expect(errors).toBeNull();
});

it('has the dependency graph', () => {
  const { dependencies } = parsed(document());
  const of = (ref: string) => dependencies.find((one) => one.ref === ref)?.dependsOn;
  expect(of('artifact:linux/amd64/app')).toEqual([
    'folder:crates/words#words@1.0.0',
    'pkg:cargo/derive@1.0.0',
    'pkg:cargo/log@1.0.0',
  ]);
  expect(of('pkg:cargo/derive@1.0.0')).toEqual(['pkg:cargo/log@1.0.0']);
});

it('names Go modules with all parts of their path, and none that a folder replaces', () => {
  expect(byName(document(go)).map(({ name, version, purl }) => [name, version, purl])).toEqual([
    ['github.com/Masterminds/semver/v3', 'v3.2.0', 'pkg:golang/github.com/Masterminds/semver/v3@v3.2.0'],
    ['golang.org/x/net', undefined, undefined],
    ['std', '1.26.0', 'pkg:golang/stdlib@1.26.0'],
  ]);
});

it('is equal for equal content, and has another serial number for other content', () => {
  expect(document()).toBe(document());
  const other = document({ ...record, toolchain: 'rustc 1.96.0' });
  expect(parsed(other).serialNumber).not.toBe(parsed(document()).serialNumber);
  expect(document()).not.toMatch(/"timestamp"/);
});
