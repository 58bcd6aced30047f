/** A text that a parser of `tools/fuzz/parsers.ts` may take long to read, by size. */
export interface TextInput {
  readonly name: string;
  /** The name of the parser. */
  readonly parser: string;
  /** How often its text repeats what it is made of, such that reading it takes long enough to be measured. */
  readonly size: number;
  readonly text: (size: number) => string;
}

/** A text of many parts, each made from its number. */
export function times(size: number, of: (index: number) => string): string {
  return Array.from({ length: size }, (_, at) => of(at)).join('');
}
