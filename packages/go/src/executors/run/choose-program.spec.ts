import { describe, expect, it } from 'vitest';
import { chooseProgram } from './choose-program.js';

describe('the program that run starts', () => {
  it.each<[readonly string[], string | undefined, string]>([
    [['tool'], undefined, 'tool'],
    [['server', 'tool'], 'tool', 'tool'],
  ])('of %j with --program=%s is %s', (names, wanted, expected) => {
    expect(chooseProgram(names, wanted)).toBe(expected);
  });

  it.each<[readonly string[], string | undefined, string]>([
    [['server', 'tool'], undefined, 'several programs'],
    [['server', 'tool'], 'toll', 'no program toll'],
    [['server', 'tool'], 'toll', 'tool'],
  ])('of %j with --program=%s is refused: %s', (names, wanted, part) => {
    expect(() => chooseProgram(names, wanted)).toThrow(part);
  });
});
