import { windmillError, type WindmillErrorCode } from '../errors.js';

/** What a server writes when it cannot start, and the error that this means. The first that fits wins. */
const known: readonly (readonly [text: RegExp, code: WindmillErrorCode])[] = [
  [/address (?:already )?in use|AddrInUse|os error 98/i, 'SERVER_PORT_TAKEN'],
  [/no space left on device|os error 28|could not extend file/i, 'SERVER_DISK_FULL'],
  [
    /while executing migration|VersionMismatch|VersionMissing|previously applied but|migration \d+ is partially applied/i,
    'MIGRATION_FAILED',
  ],
  [
    /connection refused|pool timed out|password authentication failed|could not connect to|database "[^"]*" does not exist|failed to lookup address|error communicating with database|too many clients/i,
    'DATABASE_UNREACHABLE',
  ],
];

/**
 * The error of a server that ended before it was ready.
 * @param ending how it ended, as in `it exited with status 1`
 * @param lines its last lines, without secrets
 */
export function startFailure(ending: string, lines: readonly string[]): Error {
  for (const [text, code] of known) {
    const line = lines.findLast((candidate) => text.test(candidate));
    if (line !== undefined) {
      return windmillError(code, { what: 'Windmill did not start', why: line, output: lines.join('\n') });
    }
  }
  const last = lines.findLast((line) => line.trim() !== '') ?? 'it printed nothing';
  return windmillError('SERVER_START_FAILED', {
    what: 'Windmill did not start',
    why: `${ending}: ${last}`,
    output: lines.join('\n'),
  });
}

/** Milliseconds before a restart: 1 second, doubled for each restart in a row, at most 30 seconds. */
export function restartPause(restarts: number): number {
  return Math.min(30_000, 1_000 * 2 ** restarts);
}

/** The error of a server that ended more often in a row than it may be restarted. */
export function gaveUp(restarts: number, cause: unknown): Error {
  return windmillError('ENGINE_NOT_READY', {
    what: `Windmill ended, and ${restarts} restarts did not help`,
    why: cause instanceof Error ? cause.message : String(cause),
    remedy: 'read the log of Windmill, fix the problem, and create a new engine',
    cause,
  });
}

/** The error of requests before the start of a server and after its end. */
export function notStarted(): Error {
  return windmillError('ENGINE_NOT_READY', {
    what: 'the Windmill server is not running',
    why: 'it only runs between `start` and `stop` of the engine',
  });
}
