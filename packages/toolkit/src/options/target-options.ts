type Options = Readonly<Record<string, unknown>>;

/** The part of an Nx target that determines its options. Nx leaves it untyped. */
export interface TargetWithOptions {
  readonly options?: unknown;
  readonly configurations?: unknown;
}

/** Returns the options of a target in a configuration, without those of the command line. */
export function configuredOptions(
  { options, configurations }: TargetWithOptions,
  configuration: string | undefined,
): Options {
  const named = asOptions(configurations)[configuration ?? ''];
  return { ...asOptions(options), ...asOptions(named) };
}

/** Returns the names of a target's configurations. */
export function configurationNames({ configurations }: TargetWithOptions): string[] {
  return Object.keys(asOptions(configurations));
}

function asOptions(value: unknown): Options {
  return typeof value === 'object' && value !== null ? (value as Options) : {};
}
