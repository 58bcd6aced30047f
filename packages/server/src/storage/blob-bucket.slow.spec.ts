import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BlobBucket } from './blob-bucket.js';
import { BlobFolder } from './blob-folder.js';

const folder = mkdtempSync(join(tmpdir(), 'millwright-bucket-'));
const content = Buffer.from(Array.from({ length: 100_000 }, (_, index) => index % 251));
const digest = 'a'.repeat(64);
let service: Server;
let bucket: BlobBucket;
/** The `Range` of each request. */
let ranges: (string | undefined)[];
/** What the service does with a request, by its number. */
let answers: readonly RequestListener[];

beforeEach(async () => {
  process.env.AWS_ACCESS_KEY_ID = 'mill';
  process.env.AWS_SECRET_ACCESS_KEY = 'mill';
  ranges = [];
  service = createServer((request, response) => {
    ranges.push(request.headers.range);
    answers[ranges.length - 1]?.(request, response);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => service.once('listening', resolve));
  const endpoint = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
  bucket = new BlobBucket(
    { bucket: 'cache', region: 'us-east-1', endpoint, prefix: '' },
    new BlobFolder(folder),
  );
});
afterEach(() => {
  service.closeAllConnections();
  service.close();
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Sends what was asked for up to an offset, and then breaks the connection. */
const upTo =
  (end: number): RequestListener =>
  (request, response) => {
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    const range = { 'content-range': `bytes ${from}-${content.length - 1}/${content.length}` };
    response.writeHead(from === 0 ? 200 : 206, {
      'content-length': content.length - from,
      ...(from === 0 ? {} : range),
    });
    if (end === content.length) response.end(content.subarray(from));
    else response.write(content.subarray(from, end), () => response.destroy());
  };
const whole = upTo(content.length);
/** Ignores the range, as some services do. */
const fromStart: RequestListener = (_, response) => {
  response.writeHead(200, { 'content-length': content.length }).end(content);
};

async function read(): Promise<Buffer> {
  const blob = await bucket.read(digest);
  if (blob === undefined) throw new Error('there is no blob');
  expect(blob.size).toBe(content.length);
  return buffer(blob.content);
}

describe('a read of a bucket', () => {
  it('goes on where a connection broke', async () => {
    answers = [upTo(40_000), upTo(70_000), whole];
    expect((await read()).equals(content)).toBe(true);
    expect(ranges).toEqual([undefined, 'bytes=40000-', 'bytes=70000-']);
  });

  it('fails after three connections that broke, instead of ending early', async () => {
    answers = [upTo(40_000), upTo(70_000), upTo(90_000)];
    await expect(read()).rejects.toThrow();
    expect(ranges).toHaveLength(3);
  });

  it('never returns other bytes if the service ignores the range', async () => {
    answers = [upTo(40_000), fromStart, fromStart];
    await expect(read()).rejects.toThrow('the service ignores the range');
  });

  it('of a blob that does not exist returns nothing', async () => {
    answers = [
      (_, response) => {
        response.writeHead(404, { 'content-type': 'application/xml' });
        response.end('<Error><Code>NoSuchKey</Code></Error>');
      },
    ];
    expect(await bucket.read(digest)).toBeUndefined();
  });
});
