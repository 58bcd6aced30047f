import { isIPv6 } from 'node:net';

export type Protocol = 'tcp' | 'udp';

/** An address that a program listens on or that a container is published at. */
export interface Endpoint {
  readonly protocol: Protocol;
  /** A local IPv4 or IPv6 address. Undefined for all addresses. */
  readonly address: string | undefined;
  readonly port: number;
}

/** Returns true if two programs cannot listen on these endpoints at the same time. */
export function collide(one: Endpoint, other: Endpoint): boolean {
  return (
    one.protocol === other.protocol &&
    one.port === other.port &&
    (covers(one.address, other.address) || covers(other.address, one.address))
  );
}

/**
 * Returns true if one address includes the other: all addresses, all of IPv4 (0.0.0.0), all of IPv6 (::),
 * or the same.
 */
function covers(one: string | undefined, other: string | undefined): boolean {
  if (one === undefined) return true;
  if (other === undefined) return false;
  const [wide, narrow] = [canonical(one), canonical(other)];
  if (wide === narrow) return true;
  return wide === (isIPv6(narrow) ? '::' : '0.0.0.0');
}

/** Returns the canonical short form of an address. */
function canonical(address: string): string {
  return isIPv6(address) ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address;
}
