/** The parts of help pages that commander does not write, in lines of at most 80 columns. */
import { exitCodes } from './io/result.js';

const error = [exitCodes.failed, 'invalid usage, or an error'] as const;

/** The meanings of exit codes, for the commands that have more than two, and for all others. */
const meanings = {
  verify: [
    [exitCodes.done, 'every file is verified'],
    [exitCodes.notVerified, 'at least one file is not verified'],
    error,
  ],
  install: [
    [exitCodes.done, 'installed'],
    [exitCodes.failed, 'invalid usage, an error, or a source that is not verified'],
  ],
  scan: [
    [exitCodes.done, 'nothing of the severity of --fail-on'],
    [exitCodes.notVerified, 'at least one vulnerability of that severity, or of none'],
    error,
  ],
  rebuild: [
    [exitCodes.done, 'reproduced: both files have the same bytes'],
    [exitCodes.notVerified, 'not reproduced'],
    error,
  ],
  storage: [
    [exitCodes.done, 'every entry has its archive'],
    [exitCodes.notVerified, 'at least one archive is missing or damaged'],
    error,
  ],
  run: [
    [exitCodes.done, 'done; otherwise, the exit code of the command'],
    [exitCodes.failed, 'invalid usage, or the command cannot be started'],
  ],
  all: [
    [exitCodes.done, 'done'],
    [exitCodes.notVerified, 'verify, scan, rebuild, storage: a file or package is not as it should be'],
    error,
  ],
  others: [[exitCodes.done, 'done'], error],
} as const;

/** Returns the end of a help page: examples, exit codes. */
export function helpEnd(
  codes: keyof typeof meanings,
  commands: readonly string[],
  ...notes: readonly string[]
): string {
  return [
    ...notes.map((note) => `\n${note}`),
    '\nExamples:',
    ...commands.map((command) => `  $ millwright ${command}`),
    '\nExit codes:',
    ...meanings[codes].map(([code, meaning]) => `  ${code}  ${meaning}`),
  ].join('\n');
}

export const passphraseNote = `The passphrase comes from --passphrase-file, from the variable
MILLWRIGHT_PASSPHRASE, or from the terminal.`;

export const serverNote = `The token comes from the variable MILLWRIGHT_TOKEN. The first start of a server
prints the token of its administrator.`;

export const serveNote = `Variables such as MILLWRIGHT_SERVER_PORT set the same fields as the
configuration file. The first start prints the token of the administrator, once.`;

export const maintenanceNote = `Variables such as MILLWRIGHT_SERVER_DATABASE_URL_FILE set the same fields as the
configuration file of the server.`;

export const cacheRunNote = `The job identifies itself with the OIDC token of GitHub Actions, with that of
GitLab in MILLWRIGHT_ID_TOKEN, or with a token of the server in
NX_SELF_HOSTED_REMOTE_CACHE_ACCESS_TOKEN.`;

export const componentNote = `To build, install @millwright/go and Go, or @millwright/cargo and Rust.`;

export const cacheGoNote = `The go command starts it: set GOCACHEPROG to this command line. \`cache run
--compilers\` does this, and is faster. The identity is that of \`cache run\`.`;
