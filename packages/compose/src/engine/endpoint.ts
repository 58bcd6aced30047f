import { isIPv6 } from 'node:net';

export type Protocol = 'tcp' | 'udp';

/** What a program listens on, or a container is published at. */
export interface Endpoint {
  readonly protocol: Protocol;
  /** An IPv4 or IPv6 address of this machine; undefined for all of them. */
  readonly address: string | undefined;
  readonly port: number;
}

/** Whether two programs cannot have these at the same time. */
export function collide(one: Endpoint, other: Endpoint): boolean {
  return (
    one.protocol === other.protocol &&
    one.port === other.port &&
    (covers(one.address, other.address) || covers(other.address, one.address))
  );
}

/** Whether an address stands for another as well: all, all of IPv4 (0.0.0.0), all of IPv6 (::), or itself. */
function covers(one: string | undefined, other: string | undefined): boolean {
  if (one === undefined) return true;
  if (other === undefined) return false;
  const [wide, narrow] = [canonical(one), canonical(other)];
  if (wide === narrow) return true;
  return wide === (isIPv6(narrow) ? '::' : '0.0.0.0');
}

/** An address in its one short spelling. */
function canonical(address: string): string {
  return isIPv6(address) ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address;
}
