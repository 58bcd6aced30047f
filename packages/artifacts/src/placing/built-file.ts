import { type ObjectFile, ObjectFileError, readObjectFile } from '@millwright/object-file';
import { artifactError } from '../errors.js';

/**
 * Reads the properties of a built file.
 * @throws MillwrightError OBJECT_FILE_INVALID if it is not an ELF, Mach-O or PE file, or cannot be read
 */
export async function readBuiltFile(path: string): Promise<ObjectFile> {
  try {
    return await readObjectFile(path);
  } catch (error) {
    if (!(error instanceof ObjectFileError)) throw error;
    throw artifactError('OBJECT_FILE_INVALID', {
      what: `${error.file} cannot be read as an object file`,
      why: error.why,
      cause: error.cause,
    });
  }
}
