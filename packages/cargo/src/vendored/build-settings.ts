import type { VendoredCrate, VendoredSettings } from './schema.js';

/** Returns whether a millwright.toml sets build options of a crate. */
export function hasBuildSettings(crate: VendoredCrate | undefined): boolean {
  return [crate, crate?.gnu, crate?.musl].some(
    (settings) =>
      settings !== undefined &&
      Object.keys(settings.options).length + Object.keys(settings.configurations).length > 0,
  );
}

/** Returns the names of build configurations: the three of every crate, and those added in a millwright.toml. */
export function configurationsOf(crates: readonly (VendoredCrate | undefined)[]): string[] {
  const named = crates
    .flatMap((crate) => [crate, crate?.gnu, crate?.musl])
    .flatMap((settings) => Object.keys(settings?.configurations ?? {}));
  return [...new Set(['release', 'dev', 'testing', ...named])];
}

/** Returns the build settings of a crate for a triple; those for its C library take precedence. */
export function vendoredSettings(crate: VendoredCrate | undefined, triple: string): VendoredSettings {
  const own = triple.includes('-musl') ? crate?.musl : triple.includes('-gnu') ? crate?.gnu : undefined;
  const layers = [crate, own].filter((layer) => layer !== undefined);
  const names = new Set(layers.flatMap(({ configurations }) => Object.keys(configurations)));
  return {
    options: merge(layers.map(({ options }) => options)),
    configurations: Object.fromEntries(
      [...names].map((name) => [name, merge(layers.map((layer) => layer.configurations[name] ?? {}))]),
    ),
  };
}

export function merge(layers: readonly Readonly<Record<string, unknown>>[]): Record<string, unknown> {
  return Object.assign({}, ...layers) as Record<string, unknown>;
}
