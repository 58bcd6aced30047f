/** What of `docker compose config --format json` is read here; absent parts are null or missing. */
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
  /** By the names in the stack's own. */
  readonly configs?: readonly { readonly source: string }[] | null;
  readonly secrets?: readonly { readonly source: string }[] | null;
  readonly healthcheck?: { readonly disable?: boolean; readonly test?: readonly string[] } | null;
  readonly restart?: string;
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
  /** A number as text; a range or nothing where the engine chooses. */
  readonly published?: string;
  readonly protocol?: string;
  /** What is spoken over it, such as `http`. */
  readonly app_protocol?: string;
}

export interface VolumeModel {
  readonly type: string;
  readonly source?: string;
  readonly target: string;
  readonly read_only?: boolean;
}

/** Reads what `docker compose config` prints, which is a Compose file: each `$` in it is written `$$`. */
export function parseConfig(json: string): unknown {
  return JSON.parse(json.replaceAll('$$', () => '$'));
}

/** A text as it is written in a Compose file, where `$` begins a variable. */
export function escapeText(text: string): string {
  return text.replaceAll('$', () => '$$');
}

/** The services by name. */
export function servicesOf(model: StackModel): [name: string, service: ServiceModel][] {
  return Object.entries(model.services ?? {});
}

/** The services that a service depends on, directly or not. */
export function dependenciesOf(model: StackModel, service: string): string[] {
  const reached = new Set([service]);
  for (const name of reached)
    for (const dependency of Object.keys(model.services?.[name]?.depends_on ?? {})) reached.add(dependency);
  reached.delete(service);
  return [...reached];
}

/** The image of a service; one that is built and not named otherwise bears the stack's and the service's name. */
export function imageOf(model: StackModel, service: string): string {
  return model.services?.[service]?.image ?? `${model.name}-${service}`;
}

/** How many containers a service has when it is complete. */
export function replicasOf(service: ServiceModel): number {
  return service.scale ?? service.deploy?.replicas ?? 1;
}

export function hasHealthCheck(service: ServiceModel): boolean {
  const check = service.healthcheck;
  return check != null && check.disable !== true && check.test?.[0] !== 'NONE';
}
