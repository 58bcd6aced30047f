import type { Reading } from '../tokens/reading.js';
import { isCargoVariable } from './cargo-variables.js';
import type { FactsBuilder } from './facts-builder.js';
import type { FileRead } from './facts.js';
import { variablesIn } from './interpolated-path.js';

/** The path argument of a macro; `generated` for a file that a build script wrote. */
type PathArgument = Pick<FileRead, 'path' | 'base'> | 'generated' | undefined;

/** Parses a literal, or a `concat!` of literals that may begin with `env!("CARGO_MANIFEST_DIR")`. */
export function pathArgument(
  reading: Reading,
  facts: Pick<FactsBuilder, 'addVariable'>,
  start: number,
  close: number,
  base: FileRead['base'],
): PathArgument {
  const end = reading.is(close - 1, ',') ? close - 1 : close;
  const literal = reading.string(start);
  if (literal !== undefined && end === start + 1) {
    const inCrate = literal.startsWith('$') ? expandCargoVariables(literal, facts) : undefined;
    if (inCrate === 'generated') return 'generated';
    return inCrate === undefined ? { path: literal, base } : { path: inCrate, base: 'crate' };
  }
  if (!reading.is(start, 'concat') || reading.closingOf(start + 2) !== end - 1) return undefined;
  return concatenation(reading, start + 3, end - 1, base);
}

function concatenation(reading: Reading, start: number, end: number, base: FileRead['base']): PathArgument {
  let path = '';
  let from = base;
  let index = start;
  while (index < end) {
    const literal = reading.string(index);
    if (literal !== undefined) {
      path += literal;
      index++;
    } else if (reading.is(index, 'env') && reading.is(index + 1, '!')) {
      const variable = reading.string(index + 3);
      if (variable === 'OUT_DIR') return 'generated';
      if (variable !== 'CARGO_MANIFEST_DIR' || path !== '') return undefined;
      from = 'crate';
      index = reading.closingOf(index + 2) + 1;
    } else if (reading.is(index, ',')) {
      index++;
    } else {
      return undefined;
    }
  }
  return { path: from === 'crate' ? path.replace(/^\/+/, '') : path, base: from };
}

/** Removes CARGO_MANIFEST_DIR and records other variables: rust-embed and include_dir expand them. */
export function expandCargoVariables(path: string, facts: Pick<FactsBuilder, 'addVariable'>): string {
  const inCrate = path.replace(/^\$(?:\{CARGO_MANIFEST_DIR\}|CARGO_MANIFEST_DIR(?!\w))\/?/, '');
  const variables = variablesIn(inCrate);
  if (variables.some((name) => isCargoVariable(name, 'source'))) return 'generated';
  for (const name of variables) facts.addVariable(name);
  return inCrate;
}
