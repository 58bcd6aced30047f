import { describe, expect, it } from 'vitest';
import { parseConfig, type SuperviseConfig } from '../config/config.js';
import { environmentOf } from './environment.js';
import { createLogReader, migrationState, secretsOf } from './server-log.js';
import { restartPause, startFailure } from './start-failure.js';

describe('the environment of a supervised server', () => {
  const given = { mode: 'supervise', binaryPath: '/opt/windmill', databaseUrl: 'postgres://a@b/c' } as const;
  const facts = {
    secret: 'a-long-enough-secret',
    stateFolder: '/state',
    marker: 'm',
    databaseUrl: undefined as string | undefined,
  };
  const of = (more: object) =>
    environmentOf(parseConfig({ ...given, ...more }, {}) as SuperviseConfig, facts, '/bin');

  it('binds to this machine, and holds nothing of the environment of this process but PATH', () => {
    expect(of({})).toEqual({
      PATH: '/bin',
      HOME: '/state',
      JSON_FMT: 'true',
      MODE: 'standalone',
      SERVER_BIND_ADDR: '127.0.0.1',
      PORT: '8000',
      NUM_WORKERS: '1',
      SUPERADMIN_SECRET: 'a-long-enough-secret',
      DATABASE_CONNECTIONS: '20',
      DATABASE_URL: 'postgres://a@b/c',
      MILLWRIGHT_SUPERVISED: 'm',
    });
  });

  it('lets `variables` change neither the address nor the secret', () => {
    const variables = { SERVER_BIND_ADDR: '0.0.0.0', SUPERADMIN_SECRET: 'changeme', RUST_LOG: 'debug' };
    expect(of({ variables })).toMatchObject({
      SERVER_BIND_ADDR: '127.0.0.1',
      SUPERADMIN_SECRET: facts.secret,
      RUST_LOG: 'debug',
    });
  });

  it('names the file of the database URL rather than the URL', () => {
    const environment = of({ databaseUrlFile: '/run/secrets/url' });
    expect(environment.DATABASE_URL_FILE).toBe('/run/secrets/url');
    expect(environment).not.toHaveProperty('DATABASE_URL');
  });
});

it('the embedded database takes the place of a database URL', () => {
  const config = parseConfig({ mode: 'supervise', binaryPath: '/opt/windmill', database: 'embedded' }, {});
  const databaseUrl = 'postgres://windmill:x@127.0.0.1:1/postgres';
  const facts = { secret: 'a-long-enough-secret', stateFolder: '/state', marker: 'm', databaseUrl };
  expect(environmentOf(config as SuperviseConfig, facts).DATABASE_URL).toBe(databaseUrl);
});

describe('a line of the log', () => {
  const read = createLogReader(['a-long-enough-secret', ...secretsOf('postgres://u:p%40ss-word@h/d')]);
  it.each([
    [
      '{"timestamp":"t","level":"WARN","message":"slow","target":"windmill","secs":3}',
      { level: 'warn', message: 'slow', fields: { target: 'windmill', secs: 3 } },
    ],
    [
      '{"level":"INFO","fields":{"message":"inner","worker":"w"}}',
      { level: 'info', message: 'inner', fields: { worker: 'w' } },
    ],
    ['Connecting to database...', { level: 'info', message: 'Connecting to database...', fields: {} }],
    ['thread main panicked at a.rs', { level: 'error', message: 'thread main panicked at a.rs', fields: {} }],
    ['token a-long-enough-secret', { message: 'token ***' }],
    ['password p@ss-word or p%40ss-word', { message: 'password *** or ***' }],
    ['{"level":"INFO","message":"at postgres://x:y-y-y@h"}', { message: 'at postgres://x:***@h' }],
    ['{"level":', { level: 'info', message: '{"level":' }],
  ])('%s', (line, expected) => {
    expect(read(line)).toMatchObject(expected);
  });
});

describe('the last migration of a server', () => {
  const read = createLogReader([]);
  it.each([
    [
      'Waiting for all workers to be at least version 1.461 before applying v2 finalize migration, sleeping for 5s...',
      'pending',
    ],
    ['Applying v2_finalize_job_queue migration', 'pending'],
    ['deadlock detected: Could not apply v2 finalize migration, retry in 30s..', 'pending'],
    ['v2 finalization step successfully applied.', 'done'],
    ['Applying audit_timestamps migration', undefined],
  ])('is read from `%s`', (message, expected) => {
    expect(migrationState(read(JSON.stringify({ level: 'INFO', message })))).toBe(expected);
  });
});

describe('a server that does not start', () => {
  it.each([
    ['Error: Address already in use (os error 98)', 'SERVER_PORT_TAKEN'],
    ['password authentication failed for user "windmill"', 'DATABASE_UNREACHABLE'],
    ['database "windmill" does not exist', 'DATABASE_UNREACHABLE'],
    ['while executing migrations: error returned from database', 'MIGRATION_FAILED'],
    ['could not write: No space left on device', 'SERVER_DISK_FULL'],
    ['something new', 'SERVER_START_FAILED'],
  ])('because of `%s` has the code %s', (line, code) => {
    expect(startFailure('it exited with status 1', ['before', line, ''])).toMatchObject({ code });
  });

  it('is restarted after pauses that double up to half a minute', () => {
    expect([0, 1, 2, 3, 4, 5, 9].map(restartPause)).toEqual([1e3, 2e3, 4e3, 8e3, 16e3, 30e3, 30e3]);
  });
});
