import { describe, expect, it } from 'vitest';
import { formatRecord } from '../layout/side-files.js';
import { provenanceOf } from '../provenance/statement.js';
import type { Unit, UnitsRecord } from '../units/record.js';
import { checkComparable, checkPackages } from './checks.js';

const statement = (parameters: object = {}, options = {}) =>
  formatRecord(
    provenanceOf(
      { name: 'app', sha256: '00' },
      { tool: 'cargo', task: 'app:build', folder: '.', options, builder: 'urn:millwright:builder:local' },
      { revision: 'f'.repeat(40), toolchain: '1.95.0', linker: 'native', ...parameters },
    ),
  );

it.each([
  ['toolchain', { toolchain: '1.96.0' }, {}, /another toolchain/],
  ['linker', { linker: 'zigbuild' }, {}, /another linker/],
  ['option', {}, { features: ['tls'] }, /another options\.features/],
])('a rebuild with another %s is not compared', (_, parameters, options, what) => {
  const compare = () => {
    checkComparable(statement(), statement(parameters, options));
  };
  expect(compare).toThrow(
    expect.objectContaining({ code: 'REBUILD_NOT_COMPARABLE', what: expect.stringMatching(what) as string }),
  );
});

it('a rebuild with the same parameters by another builder is compared', () => {
  const rebuilt = statement().replace('builder:local', 'builder:ci');
  expect(() => {
    checkComparable(statement(), rebuilt);
  }).not.toThrow();
});

describe('the packages of a rebuild', () => {
  const record = (...versions: readonly string[]): UnitsRecord => ({
    ...{ version: 1, ecosystem: 'cargo', target: 'linux/amd64', toolchain: 'rustc 1.95.0', root: 0 },
    units: ['app 0.1.0', ...versions].map((text): Unit => {
      const [name = '', version = ''] = text.split(' ');
      return { name, version, kind: 'normal', dependencies: [] };
    }),
  });

  it('are not those of the artifact if its lock file was not committed', () => {
    expect(() => {
      checkPackages(record('log 0.4.28'), record('log 0.4.29'));
    }).toThrow(
      expect.objectContaining({
        code: 'REBUILD_NOT_COMPARABLE',
        why: 'only in the artifact: log 0.4.28; only in the rebuilt file: log 0.4.29',
        remedy: 'commit Cargo.lock, then build the artifact again',
      }),
    );
  });

  it.each([
    ['are the same', record('log 0.4.28')],
    ['are unknown, because only the artifact was downloaded', undefined],
  ])('%s', (_, artifact) => {
    expect(() => {
      checkPackages(artifact, record('log 0.4.28'));
    }).not.toThrow();
  });
});
