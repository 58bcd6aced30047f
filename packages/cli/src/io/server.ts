import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { reasonOf, useHttpProxies } from '@millwright/server/proxy';
import { commandError } from '../errors.js';

/** The options of every command that asks a server. */
export interface ServerOptions {
  readonly server?: string;
}

/**
 * Returns the URL of the server: an option, a variable, or the default of `millwright serve`. A CI sets a variable that it
 * does not know to an empty text.
 * @throws MillwrightError COMMAND_USAGE if it is no URL
 */
export function serverOf({ server }: ServerOptions, env: NodeJS.ProcessEnv = process.env): string {
  const named = [server, env.MILLWRIGHT_SERVER].find((one) => one !== undefined && one !== '');
  const url = (named ?? defaultServer).replace(/\/+$/, '');
  if (URL.canParse(url) && /^https?:\/\//.test(url)) return url;
  throw commandError('COMMAND_USAGE', {
    what: `${url} is not the URL of a server`,
    why: 'it does not start with http:// or https://',
    remedy: `use https://${url.replace(/^.*:\/\//, '')}`,
  });
}

const defaultServer = 'http://127.0.0.1:7600';
const milliseconds = 30_000;

/**
 * Sends a request to the server with the token in MILLWRIGHT_TOKEN, and returns the JSON of the answer.
 * @param body an object, sent as JSON
 * @throws MillwrightError COMMAND_SERVER_REFUSED
 */
export async function askServer(
  options: ServerOptions,
  method: string,
  path: string,
  body?: object,
): Promise<unknown> {
  const response = await send(options, method, path, body, AbortSignal.timeout(milliseconds));
  return parse(await response.text());
}

/**
 * Sends a request that takes long, and yields the lines of the answer, each of which is JSON. Ends early if the server does.
 * @throws MillwrightError COMMAND_SERVER_REFUSED
 */
export async function* askServerForLines(options: ServerOptions, path: string, body: object): AsyncGenerator {
  const response = await send(options, 'POST', path, body);
  if (response.body === null) return;
  try {
    for await (const line of createInterface(Readable.fromWeb(response.body))) yield parse(line);
  } catch {
    // The connection broke. The caller sees that the last line is missing.
  }
}

async function send(
  options: ServerOptions,
  method: string,
  path: string,
  body?: object,
  signal?: AbortSignal,
): Promise<Response> {
  const server = serverOf(options);
  useHttpProxies(process.env);
  const token = process.env.MILLWRIGHT_TOKEN;
  let response: Response;
  try {
    response = await fetch(server + path, {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (error) {
    throw commandError('COMMAND_SERVER_REFUSED', {
      what: `the server ${server} does not answer`,
      why: reasonOf(error),
      remedy: 'check --server, and whether the server is running: millwright serve',
    });
  }
  if (response.ok) return response;
  const { message, help } = parse(await response.text()) as {
    readonly message?: string;
    readonly help?: string;
  };
  throw commandError('COMMAND_SERVER_REFUSED', {
    what: `the server ${server} refuses the request`,
    why: message ?? `it answers ${response.status}`,
    ...(help === undefined ? {} : { remedy: help }),
  });
}

function parse(text: string): unknown {
  try {
    return text === '' ? {} : JSON.parse(text);
  } catch {
    return { message: text.slice(0, 200) };
  }
}
