/** Inputs that once took very long, or that readers are known for to take very long, by size. */
import { parsers } from '../fuzz/parsers.ts';
import { goTexts } from './go-texts.ts';
import { listInputs } from './lists.ts';
import { othersTexts } from './others-texts.ts';
import { rustTexts } from './rust-texts.ts';
import type { TextInput } from './text-input.ts';
import { treeInputs } from './trees.ts';

export interface PathologicalInput {
  readonly name: string;
  /** What reads it. */
  readonly reader: string;
  /** How many parts it has. */
  readonly size: number;
  /** Makes it. @returns what reads it, once */
  readonly make: (size: number) => () => unknown;
}

export const inputs: readonly PathologicalInput[] = [
  ...[...rustTexts, ...goTexts, ...othersTexts].map(read),
  ...listInputs,
  ...treeInputs,
];

function read({ name, parser, size, text }: TextInput): PathologicalInput {
  const found = parsers.find((one) => one.name === parser);
  if (found === undefined) throw new Error(`there is no parser ${parser}`);
  const make = (count: number) => {
    const made = text(count);
    return () => found.parse(made);
  };
  return { name, reader: parser, size, make };
}
