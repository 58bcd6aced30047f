import { expect, it } from 'vitest';
import { formatUnits, parseUnits, type UnitsRecord } from './record.js';

const record: UnitsRecord = {
  version: 1,
  ecosystem: 'cargo',
  target: 'linux/amd64',
  toolchain: 'rustc 1.95.0',
  root: 0,
  units: [
    { name: 'app', version: '0.1.0', kind: 'normal', path: 'app', features: [], dependencies: [1] },
    {
      name: 'log',
      version: '0.4.0',
      kind: 'normal',
      source: 'registry+https://x',
      features: ['std'],
      dependencies: [],
    },
  ],
};

it('writes one unit per line, and reads what it wrote', () => {
  const text = formatUnits(record);
  expect(parseUnits(text)).toEqual(record);
  expect(text.split('\n').filter((line) => line.includes('"kind"'))).toHaveLength(2);
});

it('writes equal records equally, in whatever order their properties are', () => {
  const units = record.units.map((unit) => Object.fromEntries(Object.entries(unit).reverse()));
  expect(formatUnits({ ...record, units } as UnitsRecord)).toBe(formatUnits(record));
});

it.each([
  ['no JSON', '{'],
  ['another version', formatUnits(record).replace('"version": 1', '"version": 2')],
  ['an index without unit', formatUnits(record).replace('[1]', '[2]')],
  ['an unknown kind', formatUnits(record).replace('"normal"', '"dev"')],
])('reads nothing from %s', (_, text) => {
  expect(parseUnits(text)).toBeUndefined();
});
