import { type ErrorCatalogue, errorFactory, type ErrorSection, sharedErrors } from '@millwright/toolkit/core';

/** Errors of the command line of `millwright`, and of files passed to it. */
const command = {
  COMMAND_USAGE: {
    meaning: 'The command line of `millwright` has an unknown command or option, or one is missing.',
    remedy: 'run the command with `--help`, which shows its options and examples',
  },
  COMMAND_FILE_UNREADABLE: {
    meaning: 'A file passed to `millwright` cannot be read.',
    remedy: 'check the path, and give the current user read access',
  },
  COMMAND_FILE_EXISTS: {
    meaning: '`millwright` does not overwrite an existing key.',
    remedy: 'choose another path, or move the existing key; a lost secret key cannot be restored',
  },
  COMMAND_FILE_NOT_WRITABLE: {
    meaning: '`millwright` cannot write a file.',
    remedy: 'check the path, and give the current user write access',
  },
  COMMAND_PASSPHRASE_MISSING: {
    meaning: 'A secret key is encrypted, and there is no terminal to ask for its passphrase.',
    remedy: 'set MILLWRIGHT_PASSPHRASE, or give a file with `--passphrase-file`',
  },
  COMMAND_PASSPHRASE_REFUSED: {
    meaning: 'The passphrase for a new key is empty, or the two entries do not match.',
    remedy: 'give a passphrase, or choose `--no-passphrase` for a key that is not encrypted',
  },
} satisfies ErrorCatalogue;

export const errorSections: readonly ErrorSection[] = [{ title: 'The millwright command', entries: command }];

export const commandError = errorFactory({ ...sharedErrors, ...command });
