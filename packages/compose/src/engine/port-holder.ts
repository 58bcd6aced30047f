import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import type { Engine } from './engine.js';
import { projectLabel } from './containers.js';

/** The labels by which stacks know each other. */
export const stackLabel = 'dev.millwright.stack';
export const checkoutLabel = 'dev.millwright.checkout';

/** Who listens on a port of this machine. */
export type PortHolder =
  | {
      readonly kind: 'container';
      readonly name: string;
      readonly projectName: string | undefined;
      readonly stack: string | undefined;
      readonly checkout: string | undefined;
    }
  | { readonly kind: 'process'; readonly name: string; readonly pid: number }
  | { readonly kind: 'unknown' };

/** Whether a TCP port of this machine can be listened on; undefined addresses mean all of them. */
export async function isFree(port: number, address: string | undefined): Promise<boolean> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      // What this user may not listen on, or this machine does not have, the engine may.
      if (error.code === 'EADDRINUSE') resolve(false);
      else if (error.code === 'EACCES' || error.code === 'EADDRNOTAVAIL') resolve(true);
      else reject(error);
    });
    server.listen({ port, host: address ?? '0.0.0.0', exclusive: true }, () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}

/** Who holds a TCP port that is not free. */
export async function portHolder(engine: Engine, port: number): Promise<PortHolder> {
  const ids = (await engine.ask(['ps', '--quiet', '--filter', `publish=${port}`])).trim();
  if (ids !== '') {
    const { stdout } = await engine.run(['container', 'inspect', ids.split('\n')[0] ?? '']);
    const holder = containerHolder(stdout);
    if (holder) return holder;
  }
  return processHolder(port) ?? { kind: 'unknown' };
}

function containerHolder(json: string): PortHolder | undefined {
  const [container] = JSON.parse(json.trim() === '' ? '[]' : json) as {
    Name: string;
    Config: { Labels?: Record<string, string> };
  }[];
  if (!container) return undefined;
  const labels = container.Config.Labels ?? {};
  return {
    kind: 'container',
    name: container.Name.replace(/^\//, ''),
    projectName: labels[projectLabel],
    stack: labels[stackLabel],
    checkout: labels[checkoutLabel],
  };
}

/** By the kernel's table of sockets and the files that processes hold open (proc(5)); another user's stay unknown. */
function processHolder(port: number): PortHolder | undefined {
  const sockets = new Set(
    ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) => listeningInodes(table, port)),
  );
  if (sockets.size === 0) return undefined;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const holds = readdirSync(`/proc/${pid}/fd`).some((fd) => sockets.has(linkOf(`/proc/${pid}/fd/${fd}`)));
      if (holds) {
        return { kind: 'process', name: readFileSync(`/proc/${pid}/comm`, 'utf8').trim(), pid: Number(pid) };
      }
    } catch {
      // It ended, or is another user's.
    }
  }
  return undefined;
}

function listeningInodes(table: string, port: number): string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const listening = '0A';
  try {
    return readFileSync(table, 'utf8')
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[1]?.endsWith(suffix) && fields[3] === listening)
      .map((fields) => `socket:[${fields[9] ?? ''}]`);
  } catch {
    return [];
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}
