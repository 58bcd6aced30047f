import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { useHttpProxies, withoutLoopback } from './http-proxies.js';

const canProxy = 'setGlobalProxyFromEnv' in http;
afterEach(() => {
  if (canProxy) http.setGlobalProxyFromEnv({});
});

describe.skipIf(!canProxy)('the requests of this process', () => {
  const answering = async (text: string) => {
    const server = http.createServer((_, response) => response.end(text)).listen(0, '127.0.0.1');
    // Node asks for a tunnel. What comes through it is answered in the same way.
    server.on('connect', (_, socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      server.emit('connection', socket);
    });
    await new Promise((resolve) => server.once('listening', resolve));
    return { server, address: `127.0.0.1:${(server.address() as AddressInfo).port}` };
  };

  it.each(['', 'http://'])(
    'go through an HTTP proxy, except to this machine, with the scheme "%s"',
    async (scheme) => {
      const [proxy, own] = await Promise.all([answering('of the proxy'), answering('of this machine')]);
      useHttpProxies({ HTTP_PROXY: scheme + proxy.address });
      const textOf = async (url: string) => (await fetch(url)).text();
      expect(await textOf('http://cache.invalid/v1/identity')).toBe('of the proxy');
      expect(await textOf(`http://${own.address}/v1/identity`)).toBe('of this machine');
      for (const { server } of [proxy, own]) server.close().closeAllConnections();
    },
  );

  it.each(['socks5://proxy:1080', ':', ''])('ignore the proxy %j, which Node cannot use', (proxy) => {
    expect(() => {
      useHttpProxies({ HTTPS_PROXY: proxy });
    }).not.toThrow();
  });
});

describe('NO_PROXY', () => {
  const own = 'localhost,127.0.0.1,::1';
  it.each([
    ['of nothing', {}, { NO_PROXY: own, no_proxy: own }],
    ['that is empty', { NO_PROXY: '' }, { NO_PROXY: own, no_proxy: own }],
    [
      'of other hosts',
      { NO_PROXY: '.internal, 10.0.0.0/8' },
      { NO_PROXY: `.internal,10.0.0.0/8,${own}`, no_proxy: `.internal,10.0.0.0/8,${own}` },
    ],
    ['in lowercase', { no_proxy: 'registry' }, { NO_PROXY: `registry,${own}`, no_proxy: `registry,${own}` }],
    [
      'that differs in lowercase',
      { NO_PROXY: 'one', no_proxy: 'two' },
      { NO_PROXY: `one,${own}`, no_proxy: `two,${own}` },
    ],
    [
      'that has this machine already',
      { NO_PROXY: '127.0.0.1' },
      { NO_PROXY: '127.0.0.1,localhost,::1', no_proxy: '127.0.0.1,localhost,::1' },
    ],
    ['of everything', { NO_PROXY: '*' }, { NO_PROXY: '*', no_proxy: '*' }],
  ])('%s gets the addresses of this machine', (_, env, expected) => {
    expect(withoutLoopback(env)).toEqual(expected);
  });
});
