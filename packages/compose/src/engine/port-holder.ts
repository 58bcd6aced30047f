import { projectLabel } from './containers.js';
import { collide, type Endpoint } from './endpoint.js';
import type { Engine } from './engine.js';
import { listeningProcess, type Process } from './sockets.js';

/** The labels by which stacks recognize each other. */
export const stackLabel = 'dev.millwright.stack';
export const checkoutLabel = 'dev.millwright.checkout';

/** The container or process that listens on a local port. */
export type PortHolder =
  | {
      readonly kind: 'container';
      readonly name: string;
      readonly projectName: string | undefined;
      readonly stack: string | undefined;
      readonly checkout: string | undefined;
    }
  | ({ readonly kind: 'process' } & Process)
  | { readonly kind: 'unknown' };

/** Returns what holds a port that is in use. @throws MillwrightError ENGINE_LOST, STACK_FAILED */
export async function portHolder(engine: Engine, endpoint: Endpoint): Promise<PortHolder> {
  const ids = (await engine.ask(['ps', '--quiet'])).trim();
  if (ids !== '') {
    const { stdout } = await engine.run(['container', 'inspect', ...ids.split('\n')]);
    const holder = containerHolder(stdout, endpoint);
    if (holder) return holder;
  }
  const process = listeningProcess(endpoint);
  return process ? { kind: 'process', ...process } : { kind: 'unknown' };
}

interface Publisher {
  readonly Name: string;
  readonly Config: { readonly Labels?: Readonly<Record<string, string>> };
  readonly NetworkSettings: {
    readonly Ports?: Readonly<
      Record<string, readonly { readonly HostIp: string; readonly HostPort: string }[] | null>
    >;
  };
}

/** Finds the container that publishes the endpoint, in the output of `container inspect`. */
export function containerHolder(json: string, endpoint: Endpoint): PortHolder | undefined {
  const containers = JSON.parse(json.trim() === '' ? '[]' : json) as readonly Publisher[];
  const container = containers.find(({ NetworkSettings }) =>
    Object.entries(NetworkSettings.Ports ?? {}).some(([target, bindings]) => {
      if (!target.endsWith(`/${endpoint.protocol}`)) return false;
      return (bindings ?? []).some(({ HostIp, HostPort }) => {
        const address = HostIp === '' ? undefined : HostIp;
        return collide({ protocol: endpoint.protocol, address, port: Number(HostPort) }, endpoint);
      });
    }),
  );
  if (!container) return undefined;
  const labels = container.Config.Labels ?? {};
  return {
    kind: 'container',
    name: container.Name.replace(/^\//, ''),
    projectName: labels[projectLabel],
    stack: labels[stackLabel],
    checkout: labels[checkoutLabel],
  };
}
