import { stackContainers } from '../engine/containers.js';
import { isIPv6 } from 'node:net';
import { type PortModel, servicesOf } from '../compose-cli/model.js';
import { isSamePort } from '../session/ports.js';
import type { RunningStack } from '../lifecycle/start.js';

/** The address of a published port. */
export interface Address {
  readonly service: string;
  /** The published address. Undefined if it is published on all addresses. */
  readonly host: string | undefined;
  readonly published: number;
  /** The port in the container. */
  readonly target: number;
  readonly protocol: string;
  /** The scheme of a clickable link. Undefined if the port is not known to serve HTTP. */
  readonly scheme?: 'http' | 'https' | undefined;
  /** Why the port differs from the one in the Compose file. */
  readonly reason: string | undefined;
}

/**
 * Returns the addresses of a running stack's ports, including those that the engine chose.
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
  const isChosenByEngine = published.some(({ plan }) => !isFixed(plan?.published));
  const containers = isChosenByEngine ? await stackContainers(session.engine, session.projectName) : [];
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
    // The engine lists the port once for IPv4 and once for IPv6.
    return [...new Set(chosen)].sort((a, b) => a - b).map((number) => ({ ...address, published: number }));
  });
}

/** Ports that web servers commonly use. */
const webPorts: ReadonlyMap<number, 'http' | 'https'> = new Map([
  ...[80, 3000, 8000, 8080].map((port) => [port, 'http'] as const),
  ...[443, 8443].map((port) => [port, 'https'] as const),
]);

/** Returns the scheme of a link to a port: from the Compose file, or by the port number. */
export function schemeOf({
  target,
  protocol = 'tcp',
  app_protocol: protocolName,
}: PortModel): Address['scheme'] {
  if (protocol !== 'tcp') return undefined;
  if (protocolName === undefined) return webPorts.get(target);
  return protocolName === 'http' || protocolName === 'https' ? protocolName : undefined;
}

function isAnywhere(host: PortModel['host_ip']): boolean {
  return host === undefined || host === '' || host === '0.0.0.0';
}

/** Formats an address: `127.0.0.1:8080`, `[::1]:8080`. */
export function addressText({ host, published }: Pick<Address, 'host' | 'published'>): string {
  return `${hostText(host)}:${published}`;
}

function hostText(host = '127.0.0.1'): string {
  if (host === '::') return '[::1]';
  return isIPv6(host) ? `[${host}]` : host;
}

/** The number of consecutive ports from which one line shows a range. */
const minPortsInRange = 3;

/** Formats one line per port, or one for a range of consecutive ports. */
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
    return from && to && run.length >= minPortsInRange
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
