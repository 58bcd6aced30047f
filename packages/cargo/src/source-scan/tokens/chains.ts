import type { Reading } from './reading.js';

/** Returns where the receiver of a method call begins; undefined if it is too long or complex. */
export function startOfChain(reading: Reading, dot: number): number | undefined {
  let index = dot - 1;
  for (let steps = 0; steps < 64; steps++) {
    if (reading.is(index, ')')) {
      const open = openingOf(reading, index);
      if (open === undefined) return undefined;
      index = open - 1;
      if (reading.identifier(index) === undefined && !reading.is(index, '!')) return open;
      continue;
    }
    if (reading.is(index, '!') || reading.is(index, '?')) {
      index--;
      continue;
    }
    if (reading.identifier(index) === undefined && reading.string(index) === undefined) return index + 1;
    const before = reading.is(index - 1, '.')
      ? 1
      : reading.is(index - 1, ':') && reading.is(index - 2, ':')
        ? 2
        : 0;
    if (before === 0) return index;
    index -= before + 1;
  }
  return undefined;
}

function openingOf(reading: Reading, close: number): number | undefined {
  for (let index = close - 1; index >= 0 && index > close - 128; index--) {
    if (reading.closingOf(index) === close) return index;
  }
  return undefined;
}
