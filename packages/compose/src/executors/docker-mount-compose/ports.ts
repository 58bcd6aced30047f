import { MillwrightError } from '@millwright/toolkit';
import type { Engine, EngineFacts } from '../../engine/engine.js';
import { type PortModel, servicesOf, type StackModel } from '../../engine/model.js';
import { isFree, portHolder, type PortHolder } from '../../engine/port-holder.js';

/** A published port of a service, and where it is to be reached in the end. */
export interface PortPlan {
  readonly service: string;
  readonly port: PortModel;
  /** The port in the Compose file. */
  readonly declared: number;
  /** The port that is published. */
  readonly published: number;
  /** Why another port than the declared one is published. */
  readonly reason: string | undefined;
}

/** How far from the declared port a free one is looked for. */
const reach = 500;

export interface PortRequest {
  readonly engine: Engine;
  readonly facts: EngineFacts;
  readonly projectName: string;
  readonly stack: string;
  readonly checkout: string;
  readonly mode: 'declared' | 'auto';
}

/**
 * Where each published TCP port goes. One that another checkout's run of the same stack holds, or any that is taken
 * with the mode `auto`, is replaced by the next free one.
 * @throws MillwrightError PORT_IN_USE naming the holder
 */
export async function planPorts(model: StackModel, request: PortRequest): Promise<PortPlan[]> {
  const plans: PortPlan[] = [];
  const taken = new Set<number>();
  for (const [service, { ports }] of servicesOf(model)) {
    for (const port of ports ?? []) {
      const declared = Number(port.published);
      // Ranges and ports that the engine chooses find a free one by themselves.
      if (!Number.isInteger(declared) || declared === 0) continue;
      const plan = await planPort(service, port, declared, taken, request);
      taken.add(plan.published);
      plans.push(plan);
    }
  }
  return plans;
}

async function planPort(
  service: string,
  port: PortModel,
  declared: number,
  taken: ReadonlySet<number>,
  request: PortRequest,
): Promise<PortPlan> {
  const { engine, facts, mode } = request;
  const asDeclared = { service, port, declared, published: declared, reason: undefined };
  if (!facts.local || port.protocol === 'udp') return asDeclared;
  if (!taken.has(declared) && (await isFree(declared, port.host_ip))) return asDeclared;
  const holder = await portHolder(engine, declared);
  const relation = relationOf(holder, request);
  if (relation === 'own') return asDeclared;
  if (relation === 'stranger' && mode === 'declared') {
    throw new MillwrightError('PORT_IN_USE', {
      what: `port ${declared}, which ${service} publishes, is taken`,
      why: describeHolder(holder),
    });
  }
  for (let candidate = declared + 1; candidate <= Math.min(declared + reach, 65_535); candidate++) {
    if (taken.has(candidate) || !(await isFree(candidate, port.host_ip))) continue;
    return { ...asDeclared, published: candidate, reason: `${declared} is taken: ${describeHolder(holder)}` };
  }
  throw new MillwrightError('PORT_IN_USE', {
    what: `port ${declared}, which ${service} publishes, is taken, and so are the ${reach} after it`,
    why: describeHolder(holder),
  });
}

/** Whether a port is held by this very stack, by another checkout's run of it, or by something else. */
export function relationOf(
  holder: PortHolder,
  { projectName, stack, checkout }: Pick<PortRequest, 'projectName' | 'stack' | 'checkout'>,
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
      return `the container ${holder.name} holds it${stack === undefined ? '' : ` (stack ${stack}${checkout})`}`;
    }
    case 'process':
      return `the process ${holder.name} (${holder.pid}) holds it`;
    case 'unknown':
      return 'a program that this user may not look at holds it';
  }
}
