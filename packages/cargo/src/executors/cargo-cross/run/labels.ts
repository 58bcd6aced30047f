import type { CargoInvocation } from '../plan/invocation.js';
import { platformOf, type BuildRequest } from '../plan/request.js';

/** Describes how a request is linked, and whether its standard library is built from source. */
export function describeLinking({ linker, settings }: BuildRequest): string {
  const builds = settings.args.some((arg) => arg.startsWith('-Zbuild-std'));
  return `${linker.description}${builds ? ', the standard library from source' : ''}`;
}

/** Describes the toolchain and the linkers. */
export function describeTools(requests: CargoInvocation['requests']): string {
  const linkers = new Set(requests.map(({ linker }) => linker.description));
  return [requests[0].toolchain.name, ...linkers].join(', ');
}

/** The packages and platforms of a cargo on one line. */
export function labelOf(requests: readonly BuildRequest[]): string {
  const names = [...new Set(requests.map((request) => request.package.name))].sort();
  const platforms = [...new Set(requests.map(platformOf))].sort();
  const shown =
    names.length > 4 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');
  return `${shown} for ${platforms.join(', ')}`;
}
