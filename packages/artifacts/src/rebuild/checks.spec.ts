import { expect, it } from 'vitest';
import { formatRecord } from '../layout/side-files.js';
import { provenanceOf } from '../provenance/statement.js';
import { checkComparable } from './checks.js';

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
