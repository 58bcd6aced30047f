import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { PartsHash } from './parts-hash.js';

const hashOf = (...texts: readonly (readonly [string, string])[]) => {
  const hash = new PartsHash();
  for (const [part, text] of texts) hash.add(part, text);
  return hash;
};

it('is the sha256 of its texts in their order, whatever their parts are called', () => {
  const plain = createHash('sha256').update('one').update('two').digest('hex');
  expect(hashOf(['a', 'one'], ['b', 'two']).digest()).toBe(plain);
  expect(hashOf(['b', 'one'], ['a', 'two']).digest()).toBe(plain);
});

it('tells which part differs, and holds no text', () => {
  const [before, after] = [hashOf(['a', 'one'], ['b', 'secret']), hashOf(['a', 'one'], ['b', 'other'])].map(
    (hash) => hash.parts(),
  );
  expect(after?.a).toBe(before?.a);
  expect(after?.b).not.toBe(before?.b);
  expect(JSON.stringify(before)).not.toContain('secret');
});

it('a part of several texts differs when any of them does', () => {
  const before = hashOf(['rustc', 'x'], ['cargo', 'y'], ['rustc', 'z']).parts();
  const after = hashOf(['rustc', 'x'], ['cargo', 'y'], ['rustc', 'Z']).parts();
  expect([after.cargo === before.cargo, after.rustc === before.rustc]).toEqual([true, false]);
});
