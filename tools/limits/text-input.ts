/** A text that a parser of `tools/fuzz/parsers.ts` may take long to read, by size. */
export interface TextInput {
  readonly name: string;
  /** The name of the parser. */
  readonly parser: string;
  /** How often the text repeats its pattern, so that parsing takes long enough to measure. */
  readonly size: number;
  readonly text: (size: number) => string;
}

/** A text of many parts, each made from its number. */
export function times(size: number, of: (index: number) => string): string {
  return Array.from({ length: size }, (_, at) => of(at)).join('');
}
