import { Redactor } from '@millwright/toolkit/core';

/** A line of a supervised server's output, without secrets. */
export interface ServerLogEntry {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  /** The fields that the server wrote beside the message. */
  readonly fields: Readonly<Record<string, unknown>>;
}

const levels = { TRACE: 'debug', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const;

/** Longer lines are cut: a job's log may hold anything. */
const longestLine = 10_000;

/**
 * Returns a function that reads lines of the server's output: JSON as `JSON_FMT` makes it, otherwise text, such as what the server
 * prints before its logger is set up, or the message of a panic.
 * @param secrets removed from every line
 */
export function createLogReader(secrets: readonly string[]): (line: string) => ServerLogEntry {
  const redactor = new Redactor(secrets);
  return (line) => {
    const text = redactor.clean(line.slice(0, longestLine));
    const parsed = parse(text);
    if (parsed === undefined) {
      return { level: /\bpanicked at\b|^Error: /.test(text) ? 'error' : 'info', message: text, fields: {} };
    }
    const { level, message, fields, ...rest } = parsed;
    // The logger has a time of its own.
    delete rest.timestamp;
    const inner = isObject(fields) ? fields : {};
    const { message: innerMessage, ...others } = inner;
    const found = message ?? innerMessage;
    return {
      level: isLevel(level) ? levels[level] : 'info',
      message: typeof found === 'string' ? found : text,
      fields: { ...rest, ...others },
    };
  };
}

function isLevel(value: unknown): value is keyof typeof levels {
  return typeof value === 'string' && Object.hasOwn(levels, value);
}

function parse(text: string): Record<string, unknown> | undefined {
  if (!text.startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The secrets of a database URL: its password, as written and decoded. */
export function secretsOf(databaseUrl: string | undefined): string[] {
  const password = databaseUrl === undefined ? '' : (URL.parse(databaseUrl)?.password ?? '');
  if (password === '') return [];
  try {
    return [password, decodeURIComponent(password)];
  } catch {
    return [password];
  }
}

/**
 * Returns what a line of the log says of Windmill's last migration, which runs after the server answers: until it has ended,
 * the server rejects every submission. Undefined for other lines.
 * @see windmill-api/src/db.rs of Windmill 1.533.1, `v2_finalize`
 */
export function migrationState({ message }: ServerLogEntry): 'pending' | 'done' | undefined {
  if (message.includes('v2 finalization step successfully applied')) return 'done';
  return /before applying v2 finalize migration|Could not apply v2 finalize migration|v2_finalize_\w+ migration/.test(
    message,
  )
    ? 'pending'
    : undefined;
}
