import { createSocket } from 'node:dgram';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createServer, isIPv6 } from 'node:net';
import { readText } from '@millwright/toolkit';
import { collide, type Endpoint, type Protocol } from './endpoint.js';

/** Returns true if a program could listen on the endpoint, or if that cannot be determined. */
export async function isFree({ protocol, address, port }: Endpoint): Promise<boolean> {
  // The engine publishes on all addresses of both families.
  const addresses = address === undefined ? ['0.0.0.0', '::'] : [address];
  for (const one of addresses) if (!(await canListen(protocol, one, port))) return false;
  return true;
}

function canListen(protocol: Protocol, address: string, port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(false);
      // The engine may be allowed to listen where this user is not, or have the address.
      else if (/^(EACCES|EADDRNOTAVAIL|EAFNOSUPPORT|EINVAL)$/.test(error.code ?? '')) resolve(true);
      else reject(error);
    };
    const ipv6Only = isIPv6(address);
    if (protocol === 'udp') {
      const socket = createSocket({ type: ipv6Only ? 'udp6' : 'udp4', ipv6Only });
      socket.once('error', (error) => {
        socket.close();
        onError(error);
      });
      socket.bind({ port, address, exclusive: true }, () => {
        socket.close(() => {
          resolve(true);
        });
      });
      return;
    }
    const server = createServer();
    server.once('error', onError);
    server.listen({ port, host: address, ipv6Only, exclusive: true }, () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}

export interface Process {
  readonly name: string;
  readonly pid: number;
}

/**
 * Finds the listening process through the kernel's socket table and open file descriptors (proc(5)).
 * Processes of other users are not found.
 */
export function listeningProcess(endpoint: Endpoint): Process | undefined {
  const sockets = new Set(
    ['', '6'].flatMap((family) => {
      const table = readText(`/proc/net/${endpoint.protocol}${family}`) ?? '';
      return listeningSockets(table, endpoint.protocol)
        .filter((socket) => collide(socket.endpoint, endpoint))
        .map(({ inode }) => `socket:[${inode}]`);
    }),
  );
  if (sockets.size === 0) return undefined;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const holds = readdirSync(`/proc/${pid}/fd`).some((fd) => sockets.has(linkOf(`/proc/${pid}/fd/${fd}`)));
      if (holds) return { name: readFileSync(`/proc/${pid}/comm`, 'utf8').trim(), pid: Number(pid) };
    } catch {
      // The process ended, or belongs to another user.
    }
  }
  return undefined;
}

/**
 * The states LISTEN for TCP, and CLOSE for UDP, which is that of an unconnected socket
 * (linux/include/net/tcp_states.h).
 */
const listening: Readonly<Record<Protocol, string>> = { tcp: '0A', udp: '07' };

/** Returns the listening sockets in a table such as /proc/net/tcp6. */
export function listeningSockets(
  table: string,
  protocol: Protocol,
): { readonly endpoint: Endpoint; readonly inode: string }[] {
  return table
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const fields = line.trim().split(/\s+/);
      const [address = '', port = ''] = fields[1]?.split(':') ?? [];
      if (fields[3] !== listening[protocol]) return [];
      const endpoint = { protocol, address: readAddress(address), port: Number.parseInt(port, 16) };
      return [{ endpoint, inode: fields[9] ?? '' }];
    });
}

/** Parses an address: 32-bit words in host order, which is little-endian on every supported machine. */
function readAddress(hex: string): string | undefined {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) => [...Buffer.from(word, 'hex')].reverse());
  if (bytes.length === 4) return bytes.join('.');
  // A socket on all IPv6 addresses usually accepts IPv4 too.
  if (bytes.every((byte) => byte === 0)) return undefined;
  const mapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff;
  if (mapped) return bytes.slice(12).join('.');
  return (Buffer.from(bytes).toString('hex').match(/.{4}/g) ?? []).join(':');
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
