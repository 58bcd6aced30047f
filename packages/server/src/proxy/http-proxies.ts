import * as http from 'node:http';
import type { Environment } from '@millwright/toolkit/core';

const loopback = ['localhost', '127.0.0.1', '::1'];

/**
 * Returns `NO_PROXY` with the addresses of this machine, in both spellings. Nx sends requests to each address through
 * `HTTP_PROXY`, and a proxy of the network cannot reach a server of this machine.
 */
export function withoutLoopback(env: Environment): { readonly NO_PROXY: string; readonly no_proxy: string } {
  const own = env.NO_PROXY ?? env.no_proxy ?? '';
  const lowercase = env.no_proxy ?? own;
  return { NO_PROXY: withHosts(own), no_proxy: withHosts(lowercase) };
}

function withHosts(list: string): string {
  const hosts = list
    .split(',')
    .map((host) => host.trim())
    .filter((host) => host !== '');
  return hosts.includes('*') ? list : [...new Set([...hosts, ...loopback])].join(',');
}

/**
 * Sends the requests of this process through the proxies of `HTTP_PROXY` and `HTTPS_PROXY`, except to this machine. Node's
 * `fetch` ignores these variables. Before 24.14, Node does it only if `NODE_USE_ENV_PROXY` is set.
 */
export function useHttpProxies(env: Environment): void {
  const names = ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy'] as const;
  const proxies = names.flatMap((name) => {
    const text = env[name] ?? '';
    // As curl reads it, the scheme can be left out.
    const url = text === '' || text.includes('://') ? text : `http://${text}`;
    return URL.canParse(url) && /^https?:/.test(url) ? [[name, url] as const] : [];
  });
  const { setGlobalProxyFromEnv } = http as Partial<typeof http>;
  if (proxies.length > 0)
    setGlobalProxyFromEnv?.({ ...Object.fromEntries(proxies), ...withoutLoopback(env) });
}
