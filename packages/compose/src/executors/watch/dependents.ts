import { servicesOf, type StackModel } from '../../compose-cli/model.js';

/**
 * Returns the given services and those that Compose restarts with them, directly or transitively: services
 * that share their network, process or IPC namespace, and services with `depends_on: { server: { restart:
 * true } }`. Compose writes both in the latter form.
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
