/**
 * The extension of the file that contains an {@link InputsRecord}, beside an artifact or in a task's
 * outputs.
 */
export const inputsRecordEnding = '.inputs.json';
