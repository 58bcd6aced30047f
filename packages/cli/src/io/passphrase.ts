import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { commandError } from '../errors.js';
import { readInput } from './files.js';

/** The environment variable with the passphrase of a secret key. */
const variable = 'MILLWRIGHT_PASSPHRASE';

/**
 * Returns the passphrase of an existing key: from a file, the environment, or the terminal.
 * @param file a file whose first line is the passphrase
 * @throws MillwrightError COMMAND_FILE_UNREADABLE, COMMAND_PASSPHRASE_MISSING
 */
export async function passphraseFor(key: string, file: string | undefined): Promise<string> {
  return configured(file) ?? (await ask(`Passphrase of ${key}: `));
}

/**
 * Returns the passphrase of a new key. On a terminal, it must be entered twice.
 * @throws MillwrightError COMMAND_FILE_UNREADABLE, COMMAND_PASSPHRASE_MISSING, COMMAND_PASSPHRASE_REFUSED
 */
export async function newPassphrase(file: string | undefined): Promise<string> {
  const found = configured(file);
  const passphrase = found ?? (await ask('Passphrase for the new key: '));
  const what = 'invalid passphrase';
  if (passphrase === '')
    throw commandError('COMMAND_PASSPHRASE_REFUSED', { what, why: 'the passphrase is empty' });
  if (found === undefined && (await ask('Repeat the passphrase: ')) !== passphrase)
    throw commandError('COMMAND_PASSPHRASE_REFUSED', { what, why: 'the passphrases do not match' });
  return passphrase;
}

function configured(file: string | undefined): string | undefined {
  // Secrets of CI often end with the line feed of the file that they come from.
  return file === undefined
    ? process.env[variable]?.replace(/\r?\n$/, '')
    : readInput(file).split(/\r?\n/, 1)[0];
}

async function ask(question: string): Promise<string> {
  if (!process.stdin.isTTY)
    throw commandError('COMMAND_PASSPHRASE_MISSING', {
      what: 'the secret key requires a passphrase',
      why: `${variable} is not set, and standard input is not a terminal`,
    });
  // readline echoes the input to its output, which discards it.
  const output = new Writable({
    write: (_chunk, _encoding, done) => {
      done();
    },
  });
  const terminal = createInterface({ input: process.stdin, output, terminal: true });
  // Printed after the terminal's echo is off.
  process.stderr.write(question);
  try {
    return await terminal.question('');
  } catch (error) {
    // After Ctrl+C or Ctrl+D.
    throw commandError('COMMAND_PASSPHRASE_MISSING', {
      what: 'the secret key requires a passphrase',
      why: 'no passphrase was entered',
      cause: error,
    });
  } finally {
    terminal.close();
    process.stderr.write('\n');
  }
}
