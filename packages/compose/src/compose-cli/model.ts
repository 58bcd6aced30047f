/**
 * The parts of `docker compose config --format json` that Millwright reads. Absent parts are null or
 * missing.
 */
export interface StackModel {
  readonly name: string;
  readonly services?: Readonly<Record<string, ServiceModel>>;
  readonly secrets?: Readonly<Record<string, SecretModel>> | null;
  readonly configs?: Readonly<Record<string, { readonly file?: string }>> | null;
}

export interface SecretModel {
  readonly file?: string;
  readonly environment?: string;
  readonly content?: string;
}

export interface ServiceModel {
  readonly image?: string;
  readonly build?: unknown;
  readonly entrypoint?: readonly string[] | null;
  readonly command?: readonly string[] | null;
  readonly platform?: string;
  readonly pull_policy?: string;
  readonly environment?: Readonly<Record<string, string | null>> | null;
  readonly ports?: readonly PortModel[] | null;
  readonly volumes?: readonly VolumeModel[] | null;
  /** References to the stack's `configs`, by name. */
  readonly configs?: readonly { readonly source: string }[] | null;
  readonly secrets?: readonly { readonly source: string }[] | null;
  readonly healthcheck?: { readonly disable?: boolean; readonly test?: readonly string[] } | null;
  readonly restart?: string;
  /** Commands that run before the container is stopped. */
  readonly pre_stop?: readonly unknown[] | null;
  readonly container_name?: string;
  readonly depends_on?: Readonly<
    Record<string, { readonly condition?: string; readonly restart?: boolean }>
  > | null;
  readonly deploy?: { readonly replicas?: number } | null;
  readonly scale?: number;
}

export interface PortModel {
  readonly mode?: string;
  readonly host_ip?: string;
  readonly target: number;
  /** A port number as text. A range, or undefined, if the engine chooses the port. */
  readonly published?: string;
  readonly protocol?: string;
  /** The application protocol, for example `http`. */
  readonly app_protocol?: string;
}

export interface VolumeModel {
  readonly type: string;
  readonly source?: string;
  readonly target: string;
  readonly read_only?: boolean;
}

/**
 * Parses the output of `docker compose config`. The output is a Compose file, so each `$` in it is escaped
 * as `$$`.
 */
export function parseConfig(json: string): unknown {
  return JSON.parse(json.replaceAll('$$', () => '$'));
}

/** Escapes text for a Compose file, where `$` starts a variable. */
export function escapeText(text: string): string {
  return text.replaceAll('$', () => '$$');
}

/** Returns the services with their names. */
export function servicesOf(model: StackModel): [name: string, service: ServiceModel][] {
  return Object.entries(model.services ?? {});
}

/** Returns the services that a service depends on, directly or transitively. */
export function dependenciesOf(model: StackModel, service: string): string[] {
  const reached = new Set([service]);
  for (const name of reached)
    for (const dependency of Object.keys(model.services?.[name]?.depends_on ?? {})) reached.add(dependency);
  reached.delete(service);
  return [...reached];
}

/**
 * Returns the image of a service. An image that Compose builds and that has no name is called
 * `<stack>-<service>`.
 */
export function imageOf(model: StackModel, service: string): string {
  return model.services?.[service]?.image ?? `${model.name}-${service}`;
}

/** Returns the number of containers that the service should have. */
export function replicasOf(service: ServiceModel): number {
  return service.scale ?? service.deploy?.replicas ?? 1;
}

export function hasHealthCheck(service: ServiceModel): boolean {
  const check = service.healthcheck;
  return check != null && check.disable !== true && check.test?.[0] !== 'NONE';
}
