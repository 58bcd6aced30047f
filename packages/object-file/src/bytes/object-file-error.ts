/** The reason why a file cannot be parsed as an object file. */
export class ObjectFileError extends Error {
  override readonly name = 'ObjectFileError';

  /**
   * @param file the name of the file for messages: a path
   * @param why the reason, as the end of a sentence
   */
  constructor(
    readonly file: string,
    readonly why: string,
    options?: ErrorOptions,
  ) {
    super(`${file} cannot be read as an object file: ${why}`, options);
  }
}
