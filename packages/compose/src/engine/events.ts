/** What an engine reports of a container of a stack. */
export interface ContainerEvent {
  /** `die`, `destroy`, `unhealthy`, or another one as the engine names it. */
  readonly action: string;
  /** Whether a health check has passed after it had failed, or for the first time. */
  readonly isHealthy: boolean;
  readonly service: string;
  readonly exitCode: string | undefined;
  /** Whether it is one of `compose run`. */
  readonly oneOff: boolean;
}

/** Docker's names of what podman names otherwise. */
const podmanNames: Readonly<Record<string, string>> = { died: 'die', remove: 'destroy' };

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
  const [, health] =
    /^health_status\b.*?\b(unhealthy|healthy)/.exec(`${action} ${event.HealthStatus ?? ''}`) ?? [];
  return {
    action: health === 'unhealthy' ? health : (podmanNames[action] ?? action),
    isHealthy: health === 'healthy',
    service: attributes['com.docker.compose.service'] ?? '',
    exitCode: attributes.exitCode ?? event.ContainerExitCode?.toString(),
    oneOff: attributes['com.docker.compose.oneoff'] === 'True',
  };
}
