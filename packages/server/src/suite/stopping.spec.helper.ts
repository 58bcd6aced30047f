import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { archive, result } from '../cache/archive.spec.helper.js';
import type { Fixture } from './fixture.spec.helper.js';

/** The end of a server. Must come last. */
export function describeStopping(fixture: Fixture): void {
  it('a server that stops says so, completes an upload, and answers no new connection', async () => {
    const token = await fixture.tokenOf('trusted');
    const { url, close } = fixture.server;
    const body = await archive(result);
    const half = Math.floor(body.length / 2);
    const hash = fixture.newHash();
    const upload = request(`${url}/v1/cache/${hash}`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${token}`, 'content-length': body.length },
    });
    const answered = once(upload, 'response') as Promise<[IncomingMessage]>;
    upload.write(body.subarray(0, half));
    const balancer = connect(Number(new URL(url).port), '127.0.0.1');
    balancer.write('GET /v1/ready HTTP/1.1\r\nhost: x\r\n');
    await expect.poll(() => fixture.logged.join('')).toContain(`/v1/cache/${hash}`);
    const closed = close();
    balancer.write('connection: close\r\n\r\n');
    const [head = '', content = ''] = (await text(balancer)).split('\r\n\r\n');
    expect(content).toContain('the server stops');
    const headers = { 'content-type': /^content-type: (.*)$/im.exec(head)?.[1] ?? '' };
    const status = Number(/^HTTP\/1.1 (\d+)/.exec(head)?.[1]);
    await fixture.answers.check('GET', '/v1/ready', new Response(content, { status, headers }));
    upload.end(body.subarray(half));
    const [stored] = await answered;
    expect([stored.statusCode, await text(stored)]).toEqual([200, '']);
    await closed;
    await expect(fetch(`${url}/v1/health`)).rejects.toThrow('fetch failed');
  });
}
