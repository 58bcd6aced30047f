/** What an engine reports of a container of a stack. */
export interface ContainerEvent {
  /** `die`, `unhealthy`, or another one as the engine names it. */
  readonly action: string;
  readonly service: string;
  readonly exitCode: string | undefined;
  /** Whether it is one of `compose run`. */
  readonly oneOff: boolean;
}

type Attributes = Readonly<Record<string, string>>;

/** A line of `events --format '{{json .}}'`, which podman writes in another way than Docker. */
export function parseEvent(line: string): ContainerEvent {
  const event = JSON.parse(line) as {
    readonly Action?: string;
    readonly Actor?: { readonly Attributes?: Attributes };
    // podman's
    readonly Status?: string;
    readonly HealthStatus?: string;
    readonly ContainerExitCode?: number;
    readonly Attributes?: Attributes;
  };
  const attributes = event.Actor?.Attributes ?? event.Attributes ?? {};
  const action = event.Action ?? event.Status ?? '';
  const unhealthy = /^health_status\b.*unhealthy/.test(`${action} ${event.HealthStatus ?? ''}`);
  return {
    action: unhealthy ? 'unhealthy' : action === 'died' ? 'die' : action,
    service: attributes['com.docker.compose.service'] ?? '',
    exitCode: attributes.exitCode ?? event.ContainerExitCode?.toString(),
    oneOff: attributes['com.docker.compose.oneoff'] === 'True',
  };
}
