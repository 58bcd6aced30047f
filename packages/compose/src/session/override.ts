import { Document, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import { checkoutLabel, stackLabel } from '../engine/port-holder.js';
import { escapeText, servicesOf, type StackModel } from '../compose-cli/model.js';
import type { Binding } from '../mount-check/check.js';
import { isSamePort, type PortPlan } from './ports.js';

export interface OverrideFacts {
  readonly stack: string;
  readonly checkout: string;
  readonly bindings: readonly Binding[];
  readonly ports: readonly PortPlan[];
  /** True to reset fixed container names, so that containers of other checkouts can use them. */
  readonly freeNames: boolean;
}

/**
 * Returns the text of the override file: labels, mounts, and ports if one moved. It contains no environment
 * variables of services. Compose merges volumes by their path in the container, but appends ports, unless
 * the list is tagged `!override`.
 */
export function overrideFile(model: StackModel, facts: OverrideFacts): string {
  const document = new Document({ services: {} });
  for (const [name, service] of servicesOf(model)) {
    const set = (key: string, value: unknown) => {
      document.setIn(['services', name, key], value);
    };
    const labels = { [stackLabel]: escapeText(facts.stack), [checkoutLabel]: escapeText(facts.checkout) };
    set('labels', document.createNode(labels));
    const bindings = facts.bindings.filter((binding) => binding.service === name);
    if (bindings.length > 0) set('volumes', document.createNode(bindings.map(volumeOf)));
    const plans = facts.ports.filter((plan) => plan.service === name);
    if (plans.some(({ declared, published }) => declared !== published)) {
      const ports = document.createNode(
        (service.ports ?? []).map((port) => {
          const plan = plans.find((one) => isSamePort(one.port, port));
          return plan ? { ...port, published: plan.published } : port;
        }),
      ) as YAMLSeq;
      ports.tag = '!override';
      set('ports', ports);
    }
    if (facts.freeNames && service.container_name !== undefined) {
      const nothing = new Scalar(null);
      nothing.tag = '!reset';
      set('container_name', nothing);
    }
  }
  const services = document.get('services');
  return services instanceof YAMLMap ? document.toString({ lineWidth: 0 }) : '';
}

function volumeOf({ source, path }: Binding) {
  return {
    type: 'bind',
    source: escapeText(source),
    target: escapeText(path),
    read_only: true,
    bind: { create_host_path: false },
  };
}
