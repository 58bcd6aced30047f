import { connect, type NetConnectOpts } from 'node:net';
import { readText } from '@millwright/toolkit/core';
import type { SuperviseConfig } from '../config/config.js';
import { findPostgres } from '../supervision/postgres.js';
import type { Found } from './probe.js';

const limit = 5_000;
const defaultPort = 5_432;

/** A client's first message that asks for TLS; a server answers it with one letter (PostgreSQL's protocol, SSLRequest). */
const sslRequest = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);

/** Looks for the database of a supervised server that is not running: the server itself would say more. */
export async function databaseState(config: SuperviseConfig): Promise<Found> {
  if (config.database === 'embedded') return embeddedState(findPostgres());
  const { databaseUrlFile: file } = config;
  const text = file === undefined ? config.databaseUrl : readText(file)?.trim();
  const url = text === undefined ? null : URL.parse(text);
  if (url === null) {
    const detail = file === undefined ? 'its URL is not valid' : `${file} does not contain a database URL`;
    return { status: 'failed', detail, remedy: 'use the form `postgres://user:password@host:5432/database`' };
  }
  const { name, options } = addressOf(url);
  const why = await connectionProblem(options);
  return why === undefined
    ? {
        status: 'ok',
        detail: `PostgreSQL answers on ${name}; whether it accepts the password was not checked`,
      }
    : {
        status: 'failed',
        detail: `no PostgreSQL answers on ${name}: ${why}`,
        remedy: 'start PostgreSQL, and check DATABASE_URL',
      };
}

function embeddedState(folder: string | undefined): Found {
  return folder === undefined
    ? {
        status: 'failed',
        detail:
          'no database is configured, and there is no PostgreSQL that the engine could run for development',
        remedy: 'set DATABASE_URL, or install PostgreSQL (`apt-get install postgresql`)',
      }
    : {
        status: 'ok',
        detail: `no database is configured; with \`database: 'embedded'\`, the engine runs the PostgreSQL in ${folder}`,
      };
}

/** Where a database URL leads: a host and port, or a Unix socket in the folder that the parameter `host` names. */
export function addressOf(url: URL): { readonly name: string; readonly options: NetConnectOpts } {
  const port = url.port === '' ? defaultPort : Number(url.port);
  const socketFolder = url.searchParams.get('host');
  if (socketFolder?.startsWith('/') === true) {
    const path = `${socketFolder}/.s.PGSQL.${port}`;
    return { name: path, options: { path } };
  }
  const host = url.hostname.replace(/^\[|\]$/g, '') || 'localhost';
  return { name: `${url.hostname || 'localhost'}:${port}`, options: { host, port } };
}

/** Returns why no PostgreSQL server answers; undefined if one does. */
function connectionProblem(options: NetConnectOpts): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect(options, () => socket.write(sslRequest));
    const end = (why: string | undefined) => {
      socket.destroy();
      resolve(why);
    };
    socket.setTimeout(limit, () => {
      end(`there was no answer within ${limit / 1_000} seconds`);
    });
    socket.once('data', ([letter]) => {
      const isPostgres = letter !== undefined && 'SNE'.includes(String.fromCharCode(letter));
      end(isPostgres ? undefined : 'another program listens there');
    });
    socket.once('end', () => {
      end('the connection was closed without an answer');
    });
    socket.once('error', ({ message }) => {
      end(message);
    });
  });
}
