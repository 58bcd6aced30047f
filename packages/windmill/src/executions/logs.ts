import { EventSourceParserStream } from 'eventsource-parser/stream';
import { unwrap } from '../client/answers.js';
import type { Api } from '../client/api.js';
import { pauseBefore } from '../client/transport.js';
import type { Clock } from '../clock/clock.js';
import { windmillError } from '../errors.js';

export interface LogSource {
  readonly api: Api;
  readonly clock: Clock;
  readonly workspace: string;
  readonly id: string;
  readonly retries: number;
  readonly signal: AbortSignal | undefined;
}

/** A frame of `getupdate_sse`, as far as logs need it. */
interface Frame {
  readonly type: 'update' | 'ping' | 'timeout' | 'notfound' | 'error';
  readonly new_logs?: string;
  readonly log_offset?: number;
  readonly completed?: boolean;
  readonly error?: string;
}

/**
 * The lines of a job's log until the job ends. The server closes a stream after 30 or 60 seconds, and connections break: the
 * next stream continues at the offset of the last frame, so no line is lost or repeated.
 */
export async function* logLines(source: LogSource): AsyncGenerator<string, void, undefined> {
  let rest = '';
  for await (const text of logTexts(source)) {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}

async function* logTexts(source: LogSource): AsyncGenerator<string, void, undefined> {
  let offset = 0;
  let failures = 0;
  for (;;) {
    try {
      for await (const frame of frames(source, offset)) {
        failures = 0;
        if (frame.type === 'notfound') throw notFound(source.id);
        if (frame.type === 'error') throw failed(source.id, frame.error ?? 'an error without text');
        if (frame.log_offset !== undefined) offset = frame.log_offset;
        if (frame.new_logs !== undefined && frame.new_logs !== '') yield frame.new_logs;
        if (frame.completed === true) return;
        if (frame.type === 'timeout') break;
      }
    } catch (error) {
      source.signal?.throwIfAborted();
      if (!(error instanceof TypeError) || failures >= source.retries) throw error;
      await source.clock.sleep(pauseBefore(failures++, Math.random()), source.signal);
    }
  }
}

/** @throws TypeError if the connection breaks, as streams of fetch do */
async function* frames(source: LogSource, offset: number): AsyncGenerator<Frame, void, undefined> {
  const { api, workspace, id, signal } = source;
  const stream = await unwrap(
    api.GET('/w/{workspace}/jobs_u/getupdate_sse/{id}', {
      params: {
        path: { workspace, id },
        query: { log_offset: offset, fast: true } as { log_offset: number },
      },
      parseAs: 'stream',
      ...(signal === undefined ? {} : { signal }),
    }),
    `read the log of ${id}`,
  );
  if (stream === null) return;
  const events = (stream as ReadableStream<Uint8Array<ArrayBuffer>>)
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new EventSourceParserStream());
  for await (const { data } of events) if (data !== '') yield JSON.parse(data) as Frame;
}

function notFound(id: string): Error {
  return windmillError('EXECUTION_NOT_FOUND', {
    what: `there is no execution ${id}`,
    why: 'the server does not know this id',
  });
}

function failed(id: string, text: string): Error {
  return windmillError('SERVER_ANSWER_UNEXPECTED', { what: `could not read the log of ${id}`, why: text });
}
