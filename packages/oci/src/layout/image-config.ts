import { z } from 'zod';
import { type Document, documentOf, type ImagePlatform, mediaTypes, platformSchema } from './descriptor.js';
import { parseDocument } from './manifests.js';

/** What runs in a container of an image, and how. */
export interface RunSettings {
  readonly entrypoint: readonly string[];
  readonly command?: readonly string[] | undefined;
  readonly env: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  /** `8080`, `8080/tcp` or `53/udp`. */
  readonly ports: readonly string[];
  /** Paths in the container. */
  readonly volumes: readonly string[];
  readonly user?: string | undefined;
  readonly workingDirectory?: string | undefined;
  readonly stopSignal?: string | undefined;
  readonly healthCheck?: HealthCheck | undefined;
}

/** A health check of Docker, which other engines ignore. Times are in seconds. */
export interface HealthCheck {
  /** A program with its arguments. */
  readonly command: readonly string[];
  readonly interval?: number | undefined;
  readonly timeout?: number | undefined;
  readonly startPeriod?: number | undefined;
  readonly retries?: number | undefined;
}

const texts = z.array(z.string());
const flags = z.record(z.string(), z.unknown());

/** Go writes an empty list or map as null. */
const settingsSchema = z.looseObject({
  Env: texts.nullish(),
  Labels: z.record(z.string(), z.string()).nullish(),
  Entrypoint: texts.nullish(),
  Cmd: texts.nullish(),
  ExposedPorts: flags.nullish(),
  Volumes: flags.nullish(),
  WorkingDir: z.string().nullish(),
  User: z.string().nullish(),
});

const configSchema = z.looseObject({
  ...platformSchema.shape,
  config: settingsSchema.nullish(),
  rootfs: z.looseObject({ diff_ids: texts }),
  history: z.array(z.looseObject({ empty_layer: z.boolean().optional() })).nullish(),
});

/** The configuration of an image (image-spec, config.md). */
export type ImageConfig = z.output<typeof configSchema>;

/**
 * @param source where the text is from, for messages
 * @throws MillwrightError IMAGE_INVALID
 */
export function parseConfig(text: string, source: string): ImageConfig {
  return parseDocument(configSchema, text, source, 'configuration');
}

/** A layer on top of a base. */
export interface AddedLayer {
  readonly diffId: string;
  /** For `docker history`. */
  readonly comment: string;
}

/**
 * Returns the configuration of an image: that of its base, with the settings and layers of the image. As with
 * Dockerfiles, an entry point discards the base's command, and variables and labels are merged by name.
 * @param time in seconds since 1970
 */
export function imageConfig(
  base: ImageConfig | undefined,
  platform: ImagePlatform,
  settings: RunSettings,
  layers: readonly AddedLayer[],
  time: number,
): Document {
  const created = new Date(time * 1000).toISOString().replace('.000Z', 'Z');
  const own = runConfig(base?.config ?? {}, settings);
  const content = {
    created,
    ...platform,
    config: own,
    rootfs: {
      type: 'layers',
      diff_ids: [...(base?.rootfs.diff_ids ?? []), ...layers.map(({ diffId }) => diffId)],
    },
    history: [
      ...historyOf(base),
      ...layers.map(({ comment }) => ({ created, created_by: 'millwright', comment })),
    ],
  };
  return documentOf(mediaTypes.config, content);
}

/**
 * Returns the history of a base. Engines require one entry for each layer, apart from those marked as empty (moby,
 * containers/image). Some builders write none, or others.
 */
function historyOf(base: ImageConfig | undefined): readonly object[] {
  const history = base?.history ?? [];
  const layers = base?.rootfs.diff_ids ?? [];
  return history.filter((entry) => entry.empty_layer !== true).length === layers.length
    ? history
    : layers.map(() => ({ comment: 'layer of the base' }));
}

/** What a base sets for itself: how it is started, and what Dockerfiles run that extend it. */
const ofBaseAlone = ['Cmd', 'Healthcheck', 'OnBuild'];

function runConfig(base: z.output<typeof settingsSchema>, settings: RunSettings): object {
  const { entrypoint, command, user, workingDirectory, stopSignal, healthCheck } = settings;
  const env = mergedEnv(base.Env ?? [], settings.env);
  const labels = sorted({ ...base.Labels, ...settings.labels });
  const ports = flagged(base.ExposedPorts, settings.ports.map(portOf));
  const volumes = flagged(base.Volumes, settings.volumes);
  return {
    // What other builders wrote there applies to the image too.
    ...Object.fromEntries(Object.entries(base).filter(([name]) => !ofBaseAlone.includes(name))),
    ...(user === undefined ? {} : { User: user }),
    ...(Object.keys(ports).length === 0 ? {} : { ExposedPorts: ports }),
    ...(env.length === 0 ? {} : { Env: env }),
    Entrypoint: entrypoint,
    ...(command === undefined ? {} : { Cmd: command }),
    ...(Object.keys(volumes).length === 0 ? {} : { Volumes: volumes }),
    ...(workingDirectory === undefined ? {} : { WorkingDir: workingDirectory }),
    ...(Object.keys(labels).length === 0 ? {} : { Labels: labels }),
    ...(stopSignal === undefined ? {} : { StopSignal: stopSignal }),
    ...(healthCheck === undefined ? {} : { Healthcheck: dockerHealthCheck(healthCheck) }),
  };
}

function mergedEnv(base: readonly string[], own: Readonly<Record<string, string>>): string[] {
  const named = base.map((entry) => [entry.split('=', 1)[0] ?? '', entry] as const);
  const added = Object.entries(sorted(own)).map(([name, value]) => [name, `${name}=${value}`] as const);
  return [...new Map([...named, ...added]).values()];
}

/** Returns a port with its protocol, as configurations have it. */
function portOf(port: string): string {
  return port.includes('/') ? port : `${port}/tcp`;
}

function flagged(
  base: Readonly<Record<string, unknown>> | null | undefined,
  names: readonly string[],
): object {
  return sorted({ ...base, ...Object.fromEntries(names.map((name) => [name, {}])) });
}

function sorted<Value>(record: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).sort(([left], [right]) => (left < right ? -1 : 1)));
}

/** Docker counts in nanoseconds (moby, api/types/container: HealthConfig). */
function dockerHealthCheck({ command, interval, timeout, startPeriod, retries }: HealthCheck): object {
  const nanoseconds = (seconds: number) => Math.round(seconds * 1e9);
  return {
    Test: ['CMD', ...command],
    ...(interval === undefined ? {} : { Interval: nanoseconds(interval) }),
    ...(timeout === undefined ? {} : { Timeout: nanoseconds(timeout) }),
    ...(startPeriod === undefined ? {} : { StartPeriod: nanoseconds(startPeriod) }),
    ...(retries === undefined ? {} : { Retries: retries }),
  };
}
