/** An input of a given size that a reader could take very long for. */
export interface PathologicalInput {
  readonly name: string;
  /** The parser or reader under test. */
  readonly reader: string;
  /** The number of parts; the campaign doubles it. */
  readonly size: number;
  /** Creates the input. @returns a function that reads it once */
  readonly make: (size: number) => () => unknown;
}
