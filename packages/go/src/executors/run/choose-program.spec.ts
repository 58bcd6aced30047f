import { describe, expect, it } from 'vitest';
import { chooseProgram } from './choose-program.js';

describe('chooseProgram', () => {
  it.each<[readonly string[], string | undefined, string]>([
    [['tool'], undefined, 'tool'],
    [['server', 'tool'], 'tool', 'tool'],
  ])('of %j with --program=%s is %s', (names, requested, expected) => {
    expect(chooseProgram(names, requested)).toBe(expected);
  });

  it.each<[readonly string[], string | undefined, string]>([
    [['server', 'tool'], undefined, 'several programs'],
    [['server', 'tool'], 'toll', 'no program toll'],
    [['server', 'tool'], 'toll', 'tool'],
  ])('rejects --program with the programs %j and the value %s: %s', (names, requested, part) => {
    expect(() => chooseProgram(names, requested)).toThrow(part);
  });
});
