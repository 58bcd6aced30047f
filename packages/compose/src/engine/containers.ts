import type { Engine } from './engine.js';

/** The state of one container of a stack. */
export interface Container {
  readonly id: string;
  readonly name: string;
  readonly service: string;
  /** created, running, restarting, removing, paused, exited or dead. */
  readonly status: string;
  readonly exitCode: number;
  /** starting, healthy or unhealthy. Undefined if the container has no health check. */
  readonly health: string | undefined;
  /** The output of the last health check. */
  readonly healthOutput: string;
  readonly restarts: number;
  readonly outOfMemory: boolean;
  /** The engine's error for a container that failed to start. */
  readonly error: string;
  /** The time of the last start, in the engine's format. */
  readonly startedAt: string;
  /** The signal that asks the container to stop, such as `SIGTERM`. */
  readonly stopSignal: string;
  /** False if the container shares the process IDs of the host or of another container. */
  readonly hasOwnProcesses: boolean;
  /** The published ports. A port that is published for IPv4 and IPv6 appears twice. */
  readonly ports: readonly PublishedPort[];
}

export interface PublishedPort {
  readonly target: number;
  readonly protocol: string;
  readonly published: number;
}

interface Inspected {
  readonly Id: string;
  readonly Name: string;
  readonly RestartCount?: number;
  readonly Config: { readonly Labels?: Readonly<Record<string, string>>; readonly StopSignal?: string };
  readonly HostConfig?: { readonly PidMode?: string };
  readonly State: {
    readonly Status: string;
    readonly ExitCode: number;
    readonly OOMKilled?: boolean;
    readonly Error?: string;
    readonly StartedAt: string;
    readonly Health?: {
      readonly Status: string;
      readonly Log?: readonly { readonly Output?: string }[] | null;
    };
  };
  readonly NetworkSettings?: {
    readonly Ports?: Readonly<Record<string, readonly { readonly HostPort: string }[] | null>>;
  };
}

export const projectLabel = 'com.docker.compose.project';
const serviceLabel = 'com.docker.compose.service';
const oneOffLabel = 'com.docker.compose.oneoff';

/** Identifies one start of one container. It changes if the container is replaced or restarted. */
export function identityOf({ id, startedAt }: Pick<Container, 'id' | 'startedAt'>): string {
  return `${id} ${startedAt}`;
}

/**
 * Returns the containers of a stack, except those of `compose run`.
 * @throws MillwrightError ENGINE_LOST, STACK_FAILED
 */
export async function stackContainers(engine: Engine, projectName: string): Promise<Container[]> {
  const filter = `label=${projectLabel}=${projectName}`;
  const ids = (await engine.ask(['ps', '--all', '--quiet', '--no-trunc', '--filter', filter])).trim();
  if (ids === '') return [];
  // A container can disappear between the two commands.
  const { stdout } = await engine.run(['container', 'inspect', ...ids.split('\n')]);
  return parseContainers(stdout);
}

function parseContainers(json: string): Container[] {
  const all = JSON.parse(json.trim() === '' ? '[]' : json) as Inspected[];
  return all
    .filter(({ Config }) => Config.Labels?.[oneOffLabel] !== 'True')
    .map(({ Id, Name, RestartCount, Config, HostConfig, State, NetworkSettings }) => ({
      id: Id,
      name: Name.replace(/^\//, ''),
      service: Config.Labels?.[serviceLabel] ?? '',
      status: State.Status,
      exitCode: State.ExitCode,
      health: State.Health?.Status,
      healthOutput: State.Health?.Log?.at(-1)?.Output?.trim() ?? '',
      restarts: RestartCount ?? 0,
      outOfMemory: State.OOMKilled ?? false,
      error: State.Error ?? '',
      startedAt: State.StartedAt,
      // Docker leaves out its default. podman calls a namespace of its own `private`.
      stopSignal: Config.StopSignal ?? 'SIGTERM',
      hasOwnProcesses: ['', 'private'].includes(HostConfig?.PidMode ?? ''),
      ports: Object.entries(NetworkSettings?.Ports ?? {}).flatMap(portsOf),
    }));
}

function portsOf([target, bindings]: [
  string,
  readonly { readonly HostPort: string }[] | null,
]): PublishedPort[] {
  const [port, protocol = 'tcp'] = target.split('/');
  return (bindings ?? []).map(({ HostPort }) => ({
    ...{ target: Number(port), protocol },
    published: Number(HostPort),
  }));
}
