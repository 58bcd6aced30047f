import { type ErrorCatalogue, errorFactory, type ErrorSection, sharedErrors } from '@millwright/toolkit/core';

/** Errors of the command line of `millwright`, and of files passed to it. */
const command = {
  COMMAND_USAGE: {
    meaning:
      'The command line of `millwright` has an unknown command or option, or a required option is missing.',
    remedy: 'run the command with `--help` to see its options and examples',
  },
  COMMAND_FILE_UNREADABLE: {
    meaning: 'A file passed to `millwright` cannot be read.',
    remedy: 'check the path, and give the current user read access',
  },
  COMMAND_FILE_EXISTS: {
    meaning: 'A file to write already exists. `millwright` does not overwrite keys.',
    remedy: 'choose another path, or move the existing key; a lost secret key cannot be restored',
  },
  COMMAND_FILE_NOT_WRITABLE: {
    meaning: '`millwright` cannot write a file.',
    remedy: 'check the path, and give the current user write access',
  },
  COMMAND_PASSPHRASE_MISSING: {
    meaning: 'A secret key requires a passphrase, but none was given.',
    remedy: 'set MILLWRIGHT_PASSPHRASE, or pass a file with `--passphrase-file`',
  },
  COMMAND_PASSPHRASE_REFUSED: {
    meaning: 'The passphrase for a new key is empty, or the two entries do not match.',
    remedy: 'enter a passphrase, or use `--no-passphrase` for a key without encryption',
  },
  COMMAND_SERVER_REFUSED: {
    meaning: 'A server cannot be reached, or refuses a request of `millwright`.',
    remedy: 'check --server and the token in MILLWRIGHT_TOKEN',
  },
} satisfies ErrorCatalogue;

export const errorSections: readonly ErrorSection[] = [{ title: 'The millwright command', entries: command }];

export const commandError = errorFactory({ ...sharedErrors, ...command });
