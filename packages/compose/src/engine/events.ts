/** An event that the engine reports for a container of a stack. */
export interface ContainerEvent {
  /** `die`, `destroy`, `unhealthy`, or another action in the engine's spelling. */
  readonly action: string;
  /** True if a health check passed after a failure, or for the first time. */
  readonly isHealthy: boolean;
  readonly service: string;
  readonly exitCode: string | undefined;
  /** True for containers of `compose run`. */
  readonly oneOff: boolean;
}

/** Docker's names for podman's actions. */
const podmanNames: Readonly<Record<string, string>> = { died: 'die', remove: 'destroy' };

type Attributes = Readonly<Record<string, string>>;

/** Parses a line of `events --format '{{json .}}'`. podman uses a different format from Docker. */
export function parseEvent(line: string): ContainerEvent {
  const event = JSON.parse(line) as {
    readonly Action?: string;
    readonly Actor?: { readonly Attributes?: Attributes };
    // podman
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
