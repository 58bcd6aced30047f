import { expect, it } from 'vitest';
import { Turn } from './turn.ts';

it('keeps the order of two concurrent writers', () => {
  const shown: unknown[] = [];
  const output = { write: (text: string | Uint8Array) => shown.push(text) };
  const [first, second] = [new Turn(output), new Turn(output)];
  first.begin();
  second.write('c');
  first.write('a');
  second.write('d');
  first.write('b');
  second.begin();
  second.write('e');
  expect(shown).toEqual(['a', 'b', 'c', 'd', 'e']);
});
