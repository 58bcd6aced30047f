import { fetchArguments, type MillwrightError, parseSubmodules, shellWord } from '@millwright/toolkit';
import { cargoError } from '../errors.js';
import { tagsCommand } from './source-version.js';

/** Returns the error for a source that is not checked out. @param gitmodules the text of .gitmodules */
export function missingSourcesError(source: string, gitmodules: string): MillwrightError {
  const submodule = parseSubmodules(gitmodules).find(({ path }) => path === source);
  return cargoError('SOURCES_MISSING', {
    what: `the sources in ${source} are not in this clone`,
    why:
      submodule === undefined
        ? 'there is no Cargo.toml below the folder, and .gitmodules has no submodule there'
        : 'they are a submodule that is fetched only on demand',
    remedy:
      submodule === undefined
        ? `put the sources there: git submodule add <url> ${shellWord(source)}`
        : `git ${fetchArguments(submodule).map(shellWord).join(' ')} && ${tagsCommand(source)}`,
  });
}
