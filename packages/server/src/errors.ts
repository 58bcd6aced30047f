import { type ErrorCatalogue, errorFactory, type ErrorSection, sharedErrors } from '@millwright/toolkit/core';

/** Errors of the server: those that it prints, and those that it answers. */
const server = {
  SERVER_CONFIG_INVALID: {
    meaning: 'The configuration of the server has an unknown field or an invalid value.',
    remedy: 'correct the field in the configuration file, the environment or the command line',
  },
  SERVER_DATA_LOCKED: {
    meaning:
      'Another server uses the data folder. The embedded database allows one process at a time, and two would lose data.',
    remedy: 'stop the other server, or use another folder: millwright serve --data <folder>',
  },
  SERVER_PORT_IN_USE: {
    meaning: 'Another program listens on the port of the server.',
    remedy: 'stop the program, or use another port: millwright serve --port <port>',
  },
  SERVER_DATABASE_UNREACHABLE: {
    meaning: 'The server cannot connect to PostgreSQL.',
    remedy: 'check `databaseUrl`, and whether PostgreSQL accepts connections from this machine',
  },
  SERVER_DATABASE_OLDER: {
    meaning:
      'The tables of the PostgreSQL database belong to an older version of the server, or were never created. Servers that share a database do not change its tables by themselves.',
    remedy: 'make a backup, then run `millwright server migrate` once, and start the server again',
  },
  SERVER_STORAGE_UNUSABLE: {
    meaning:
      'The server cannot store archives, because the bucket does not exist, or an operation is not permitted.',
    remedy:
      'check `s3` in the configuration, and allow s3:ListBucket, s3:GetObject, s3:PutObject and s3:DeleteObject',
  },
  SERVER_BACKUP_FAILED: {
    meaning: 'A copy of the data folder cannot be made, or cannot be put back.',
    remedy: 'stop the server, and name a folder that does not exist yet',
  },
  SERVER_DATABASE_NEWER: {
    meaning: 'A newer version of the server has changed the tables of the database.',
    remedy: 'run the newer version of the server, or restore a backup from before its first start',
  },
  CACHE_ENTRY_REFUSED: {
    meaning:
      'An archive is not a result of a task that Nx wrote, or restoring it could write outside the workspace.',
    remedy:
      'check which program writes to the cache; Nx writes gzip archives with the members code and terminalOutput',
  },
  CACHE_ENTRY_EXISTS: {
    meaning: 'The trust class has an entry with the hash. Entries are never replaced.',
    remedy: 'nothing is wrong; an administrator can revoke an entry: millwright cache revoke --help',
  },
  CACHE_UNAVAILABLE: {
    meaning:
      'The cache server cannot be used, so tasks run without a remote cache. No task fails because of it.',
    remedy: 'check the URL of the server, whether it is running, and the identity of the job',
  },
  TOKEN_REFUSED: {
    meaning: 'A token is unknown, expired or revoked, or does not allow the request.',
    remedy: 'create a token with the required scope: millwright token create --help',
  },
  IDENTITY_REFUSED: {
    meaning: 'The server does not accept the identity of a CI job.',
    remedy: 'add the repository to `trust` in the configuration of the server',
  },
} satisfies ErrorCatalogue;

export const errorSections: readonly ErrorSection[] = [{ title: 'The server', entries: server }];

export const serverError = errorFactory({ ...sharedErrors, ...server });
