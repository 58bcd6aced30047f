import { stackContainers } from '../engine/containers.js';
import { isIPv6 } from 'node:net';
import { type PortModel, servicesOf } from '../compose-cli/model.js';
import { isSamePort } from '../session/ports.js';
import type { RunningStack } from '../lifecycle/start.js';

/** Where a port of a service is to be reached. */
export interface Address {
  readonly service: string;
  /** The address that it is published at; undefined where that is all of the machine's. */
  readonly host: string | undefined;
  readonly published: number;
  /** The port in the container. */
  readonly target: number;
  readonly protocol: string;
  /** For a link that terminals open; undefined where it is not known to be one. */
  readonly scheme?: 'http' | 'https' | undefined;
  /** Why it is another port than the Compose file has. */
  readonly reason: string | undefined;
}

/**
 * Where the ports of a running stack are to be reached, those included that the engine chose.
 * @throws MillwrightError ENGINE_LOST, STACK_FAILED
 */
export async function addressesOf({ session, ports: plans }: RunningStack): Promise<Address[]> {
  const published = servicesOf(session.model).flatMap(([service, { ports }]) =>
    (ports ?? []).map((port) => {
      const plan = plans.find((one) => one.service === service && isSamePort(one.port, port));
      return { service, port, plan };
    }),
  );
  const isFixed = (text: string | undefined) => text !== undefined && /^\d+$/.test(text);
  const asked = published.some(({ plan }) => !isFixed(plan?.published));
  const containers = asked ? await stackContainers(session.engine, session.projectName) : [];
  return published.flatMap(({ service, port, plan }) => {
    const { protocol = 'tcp', target, host_ip: host } = port;
    const address = {
      ...{ service, target, protocol },
      host: isAnywhere(host) ? undefined : host,
      scheme: schemeOf(port),
      reason: plan?.reason,
    };
    if (plan && isFixed(plan.published)) return [{ ...address, published: Number(plan.published) }];
    const chosen = containers
      .filter((container) => container.service === service)
      .flatMap(({ ports }) => ports)
      .filter((one) => one.target === target && one.protocol === protocol)
      .map((one) => one.published);
    // Once for IPv4 and once for IPv6.
    return [...new Set(chosen)].sort((a, b) => a - b).map((number) => ({ ...address, published: number }));
  });
}

/** Ports that web servers listen on by custom. */
const webPorts: ReadonlyMap<number, 'http' | 'https'> = new Map([
  ...[80, 3000, 8000, 8080].map((port) => [port, 'http'] as const),
  ...[443, 8443].map((port) => [port, 'https'] as const),
]);

/** The scheme of a link to a port: what the Compose file says of it, or what is usual. */
export function schemeOf({ target, protocol = 'tcp', app_protocol: spoken }: PortModel): Address['scheme'] {
  if (protocol !== 'tcp') return undefined;
  if (spoken === undefined) return webPorts.get(target);
  return spoken === 'http' || spoken === 'https' ? spoken : undefined;
}

function isAnywhere(host: PortModel['host_ip']): boolean {
  return host === undefined || host === '' || host === '0.0.0.0';
}

/** As programs take it: `127.0.0.1:8080`, `[::1]:8080`. */
export function addressText({ host, published }: Pick<Address, 'host' | 'published'>): string {
  return `${hostText(host)}:${published}`;
}

function hostText(host = '127.0.0.1'): string {
  if (host === '::') return '[::1]';
  return isIPv6(host) ? `[${host}]` : host;
}

/** From how many ports side by side a line for all of them is easier to read. */
const fewestInRange = 3;

/** A line for each port, and one for several that lie side by side outside and inside. */
export function addressLines(addresses: readonly Address[]): string[] {
  const runs: Address[][] = [];
  for (const address of addresses) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    if (run && last && follows(last, address)) run.push(address);
    else runs.push([address]);
  }
  const rows = runs.flatMap((run) => {
    const [from] = run;
    const to = run.at(-1);
    return from && to && run.length >= fewestInRange
      ? [{ from, to }]
      : run.map((one) => ({ from: one, to: one }));
  });
  const width = Math.max(...addresses.map(({ service }) => service.length), 0);
  return rows.map(({ from, to }) => {
    const reason = from.reason === undefined ? '' : ` (${from.reason})`;
    const protocol = from.protocol === 'tcp' ? '' : `/${from.protocol}`;
    const link = from === to && from.scheme !== undefined ? `${from.scheme}://` : '';
    const outside = `${link}${hostText(from.host)}:${range(from.published, to.published)}`;
    return `  ${from.service.padEnd(width)}  ${outside} → ${range(from.target, to.target)}${protocol}${reason}`;
  });
}

function follows(one: Address, next: Address): boolean {
  const same = (['service', 'host', 'protocol', 'reason'] as const).every((key) => one[key] === next[key]);
  return same && next.published === one.published + 1 && next.target === one.target + 1;
}

function range(first: number, last: number): string {
  return first === last ? String(first) : `${first}-${last}`;
}
