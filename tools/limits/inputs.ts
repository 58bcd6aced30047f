/** All inputs of the limits campaign: texts, lists and file trees that once took readers very long. */
import { parsers } from '../fuzz/parsers.ts';
import { goTexts } from './go-texts.ts';
import { listInputs } from './lists.ts';
import { othersTexts } from './others-texts.ts';
import { rustTexts } from './rust-texts.ts';
import type { PathologicalInput } from './pathological-input.ts';
import type { TextInput } from './text-input.ts';
import { treeInputs } from './trees.ts';

export const inputs: readonly PathologicalInput[] = [
  ...[...rustTexts, ...goTexts, ...othersTexts].map(read),
  ...listInputs,
  ...treeInputs,
];

function read({ name, parser, size, text }: TextInput): PathologicalInput {
  const found = parsers.find((one) => one.name === parser);
  if (found === undefined) throw new Error(`no parser is called ${parser}`);
  const make = (count: number) => {
    const made = text(count);
    return () => found.parse(made);
  };
  return { name, reader: parser, size, make };
}
