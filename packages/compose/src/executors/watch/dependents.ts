import { servicesOf, type StackModel } from '../../compose-cli/model.js';

/**
 * Some services and all that Compose restarts with them, directly or not: those that use their network, process or IPC
 * namespace, and those that ask for it (`depends_on: { server: { restart: true } }`). Compose writes both as the latter.
 */
export function withDependents(model: StackModel, services: readonly string[]): string[] {
  const reached = new Set(services);
  for (const service of reached) {
    for (const [name, { depends_on: dependencies }] of servicesOf(model)) {
      if (dependencies?.[service]?.restart === true) reached.add(name);
    }
  }
  return [...reached];
}
