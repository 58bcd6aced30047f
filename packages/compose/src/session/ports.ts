import { type MillwrightError } from '@millwright/toolkit';
import { composeError } from '../errors.js';
import { collide, type Endpoint, type Protocol } from '../engine/endpoint.js';
import { type PortModel, replicasOf, servicesOf, type StackModel } from '../compose-cli/model.js';
import type { PortHolder } from '../engine/port-holder.js';

/** The plan for a published port of a service, or for a range from which each container gets one port. */
export interface PortPlan {
  readonly service: string;
  readonly port: PortModel;
  /** The ports in the Compose file: `8080` or `8080-8089`. */
  readonly declared: string;
  /** The ports that are published, in the same format. */
  readonly published: string;
  /** Why the published ports differ from the declared ones. */
  readonly reason: string | undefined;
}

/** How many ports after the declared one are tried. */
const reach = 500;
const highestPort = 65_535;

export interface PortOptions {
  readonly projectName: string;
  readonly stack: string;
  readonly checkout: string;
  readonly mode: 'declared' | 'auto';
  /** The port plans of the stack that is already running, if any. */
  readonly running: readonly PortPlan[];
  readonly isFree: (endpoint: Endpoint) => Promise<boolean>;
  readonly holderOf: (endpoint: Endpoint) => Promise<PortHolder>;
}

/**
 * Plans each published port. A port is replaced by the next free one if another checkout's run of the same
 * stack holds it, or if it is taken and the mode is `auto`. Ports that the engine chooses are not planned.
 * @throws MillwrightError PORT_IN_USE naming the holder
 */
export async function planPorts(model: StackModel, options: PortOptions): Promise<PortPlan[]> {
  const requests = servicesOf(model).flatMap(([service, { ports, ...rest }]) =>
    (ports ?? []).flatMap((port) => portRequestOf(service, port, Math.max(replicasOf(rest), 1)) ?? []),
  );
  const planner = new Planner(options, requests);
  const plans: PortPlan[] = [];
  for (const request of requests) plans.push(await planner.plan(request));
  return plans;
}

/** The ports that a service requests. */
interface PortRequest {
  readonly service: string;
  readonly port: PortModel;
  readonly protocol: string;
  readonly address: string | undefined;
  readonly first: number;
  readonly last: number;
  /** The number of ports needed from the range. */
  readonly count: number;
}

function portRequestOf(service: string, port: PortModel, replicas: number): PortRequest | undefined {
  const [, first, last = first] = /^(\d+)(?:-(\d+))?$/.exec(port.published ?? '') ?? [];
  if (first === undefined || Number(first) === 0) return undefined;
  return {
    ...{ service, port, first: Number(first), last: Number(last) },
    protocol: port.protocol ?? 'tcp',
    address: port.host_ip === '' ? undefined : port.host_ip,
    count: first === last ? 1 : replicas,
  };
}

class Planner {
  private readonly claimed: (Endpoint & { readonly service: string })[] = [];
  /** Ports that other services of the stack declare. A port does not move to them. */
  private readonly declared: readonly Endpoint[];

  constructor(
    private readonly options: PortOptions,
    requests: readonly PortRequest[],
  ) {
    this.declared = requests.flatMap((request) => endpointsOf(request, request.first, request.last));
  }

  async plan(request: PortRequest): Promise<PortPlan> {
    const { service, port, first, last, count } = request;
    const declared = textOf(first, last);
    const asDeclared = { service, port, declared, published: declared, reason: undefined };
    const runs = this.options.running.find((plan) => plan.service === service && isSamePort(plan.port, port));
    if (runs) {
      this.claim(request, ...rangeOf(runs.published));
      return runs;
    }
    const endpoints = endpointsOf(request, first, last);
    // Other protocols cannot be checked.
    if (endpoints.length === 0) return asDeclared;
    const free = await this.freeOf(endpoints);
    if (free.length >= count) {
      for (const endpoint of free.slice(0, count)) this.claimed.push({ ...endpoint, service });
      return asDeclared;
    }
    const taken = endpoints.find((endpoint) => !free.includes(endpoint)) ?? endpoints[0];
    if (!taken) return asDeclared;
    const inStack = this.claimed.find((one) => collide(one, taken));
    const holder = inStack ?? (await this.options.holderOf(taken));
    const why = 'kind' in holder ? describeHolder(holder) : `the service ${holder.service} publishes it too`;
    const relation = 'kind' in holder ? relationOf(holder, this.options) : 'stranger';
    if (relation === 'own') return asDeclared;
    const named = `${first === last ? 'port' : 'ports'} ${declared}${request.protocol === 'tcp' ? '' : `/${request.protocol}`}`;
    if (relation === 'sibling' || this.options.mode === 'auto') {
      const moved = await this.next(request);
      if (moved !== undefined) {
        this.claim(request, moved, moved + count - 1);
        const published = textOf(moved, moved + count - 1);
        return { ...asDeclared, published, reason: `${declared} is taken: ${why}` };
      }
      throw portInUse(`${named}, which ${service} publishes, and the ${reach} after it are taken`, why);
    }
    throw portInUse(`${named}, which ${service} publishes, ${first === last ? 'is' : 'are'} taken`, why);
  }

  private async freeOf(endpoints: readonly Endpoint[]): Promise<Endpoint[]> {
    const free: Endpoint[] = [];
    for (const endpoint of endpoints) {
      if (this.claimed.some((one) => collide(one, endpoint))) continue;
      if (await this.options.isFree(endpoint)) free.push(endpoint);
    }
    return free;
  }

  /** Returns the first of the next `count` consecutive free ports. */
  private async next(request: PortRequest): Promise<number | undefined> {
    const end = Math.min(request.last + reach, highestPort);
    let start = request.last + 1;
    for (let candidate = start; candidate <= end; candidate++) {
      const endpoints = endpointsOf(request, candidate, candidate);
      const isDeclared = endpoints.some((one) => this.declared.some((other) => collide(one, other)));
      if (isDeclared || (await this.freeOf(endpoints)).length === 0) start = candidate + 1;
      else if (candidate - start + 1 === request.count) return start;
    }
    return undefined;
  }

  private claim(request: PortRequest, first: number, last: number): void {
    for (const endpoint of endpointsOf(request, first, last))
      this.claimed.push({ ...endpoint, service: request.service });
  }
}

function endpointsOf({ protocol, address }: PortRequest, first: number, last: number): Endpoint[] {
  if (!isProtocol(protocol)) return [];
  return Array.from({ length: last - first + 1 }, (_, index) => ({ protocol, address, port: first + index }));
}

function isProtocol(name: string): name is Protocol {
  return name === 'tcp' || name === 'udp';
}

function textOf(first: number, last: number): string {
  return first === last ? String(first) : `${first}-${last}`;
}

function rangeOf(text: string): [first: number, last: number] {
  const [first, last = first] = text.split('-').map(Number);
  return [first ?? 0, last ?? 0];
}

function portInUse(what: string, why: string): MillwrightError {
  return composeError('PORT_IN_USE', { what, why });
}

/** Returns true if two entries of a Compose file publish the same port in the same way. */
export function isSamePort(one: PortModel, other: PortModel): boolean {
  return (
    one.target === other.target &&
    one.published === other.published &&
    one.protocol === other.protocol &&
    one.host_ip === other.host_ip
  );
}

/**
 * Determines whether a port is held by this stack, by another checkout's run of it, or by something else.
 */
export function relationOf(
  holder: PortHolder,
  { projectName, stack, checkout }: Pick<PortOptions, 'projectName' | 'stack' | 'checkout'>,
): 'own' | 'sibling' | 'stranger' {
  if (holder.kind !== 'container') return 'stranger';
  if (holder.projectName === projectName) return 'own';
  return holder.stack === stack && holder.checkout !== checkout ? 'sibling' : 'stranger';
}

export function describeHolder(holder: PortHolder): string {
  switch (holder.kind) {
    case 'container': {
      const checkout = holder.checkout === undefined ? '' : `, run from ${holder.checkout}`;
      const stack = holder.stack ?? holder.projectName;
      return `the container ${holder.name} uses it${stack === undefined ? '' : ` (stack ${stack}${checkout})`}`;
    }
    case 'process':
      return `the process ${holder.name} (${holder.pid}) uses it`;
    case 'unknown':
      return 'a program of another user uses it';
  }
}
