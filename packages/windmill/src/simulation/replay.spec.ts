import { describe, expect, it } from 'vitest';
import type { Json } from '../client/json.js';
import { exchanges, Replay, shuffled } from './replay.spec.helper.js';

/** Fields that the server serves or leaves out depending on its load. */
const sampled = new Set(['mem_peak', 'last_ping', 'self_wait_time_ms', 'aggregate_wait_time_ms']);
/** Fields whose content is that of the client, or one of several states. */
const opaque = new Set(['raw_flow', 'schema', 'custom_tags', 'args', 'started', 'lock_error_logs']);

/** The types of a JSON value, with the names of its fields. */
function shape(value: Json): unknown {
  if (value === null) return 'null';
  if (Array.isArray(value)) return value.map(shape);
  if (typeof value !== 'object') return typeof value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !sampled.has(key))
      .map(([key, member]) => [key, opaque.has(key) ? (member === null ? 'null' : 'given') : shape(member)])
      .sort(([a = ''], [b = '']) => (String(a) < String(b) ? -1 : 1)),
  );
}

/** A text without what no simulation can know: places in upstream's sources, random tokens, names of machines. */
function plain(text: string): string {
  return text
    .replace(/ @\w+\.rs:\d+:\d+$/, '')
    .replace(/( EOF while.*| path: EOF.*| at line \d+ column \d+)$/, '')
    .replace(/JSON:.*/s, 'JSON')
    .replace(/worker=\S+ hostname=\S+/g, '')
    .replace(/^(?:<32 letters and digits>|[\da-f]{32})$/, '<token>');
}

function frames(text: string): unknown[] {
  return text
    .split('\n\n')
    .filter((frame) => frame.startsWith('data: '))
    .map((frame) => (frame === 'data: ' ? '' : shape(JSON.parse(frame.slice('data: '.length)) as Json)));
}

const seeds = [1, 2];

describe.each(seeds)(
  'the recording of a 1.533.1 server, replayed in another order with other names (seed %i)',
  (seed) => {
    const random = seeded(seed);
    const replay = new Replay(random);
    it.each(shuffled(random))('$name', async (exchange) => {
      const { response } = exchange;
      const answer = await replay.send(exchange);
      expect([answer.status, answer.contentType]).toEqual([response.status, response.contentType]);
      const { body } = response;
      if (response.contentType === 'application/json') expect(shape(answer.body)).toEqual(shape(body));
      else if (response.contentType === 'text/event-stream') {
        expect(frames(answer.body as string)).toEqual(frames(body as string));
      } else expect(plain(answer.body as string)).toBe(plain(replay.rename(body as string)));
    });
  },
);

it('has every exchange of the recording in each order', () => {
  expect(
    shuffled(seeded(7))
      .map(({ name }) => name)
      .sort(),
  ).toEqual(exchanges.map(({ name }) => name).sort());
  expect(exchanges).toHaveLength(149);
});

/** A small generator of numbers from 0 to below 1 (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
