import fc from 'fast-check';

/** Characters that are significant in most formats, and some that are in none. */
const characters = [
  ...Array.from(' \t\n\r"\'`\\/#*!?=:;,.()[]{}<>|&$@~-_+0aZ'),
  '\u0000',
  '\u001B',
  '\uFEFF',
  '\u2028',
  '\uD800',
  'é',
  '😀',
];

/** A text that repeats some words many times, so that it can be made larger. */
export interface HostileText {
  readonly before: string;
  readonly repeated: string;
  readonly times: number;
  readonly after: string;
}

export function textOf({ before, repeated, times, after }: HostileText): string {
  return before + repeated.repeat(times) + after;
}

/** The shares of texts with a few and with thousands of repetitions. The others have none. */
export interface Shares {
  readonly some: number;
  readonly many: number;
}

/**
 * Generates texts for a parser: words of its format in any order, some repeated thousands of times, nested,
 * truncated, and mixed with other characters.
 * @param shares from 0 to 1; long texts find slow code, but each takes as much time as a hundred short ones
 */
export function hostileText(words: readonly string[], { some, many }: Shares): fc.Arbitrary<HostileText> {
  const word = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...words) },
    { weight: 3, arbitrary: fc.constantFrom(...characters) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }) },
  );
  const few = fc.array(word, { maxLength: 40 }).map((parts) => parts.join(''));
  const short = few.map((before) => ({ before, repeated: '', times: 0, after: '' }));
  const repeating = (most: number) =>
    fc.record({
      before: few,
      repeated: fc.array(word, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('')),
      times: fc.integer({ min: 1, max: most }),
      after: few,
    });
  const weight = (share: number) => Math.round(share * 1_000);
  return fc.oneof(
    { weight: weight(1 - some - many), arbitrary: short },
    { weight: weight(some), arbitrary: repeating(30) },
    { weight: weight(many), arbitrary: repeating(3_000) },
  );
}
