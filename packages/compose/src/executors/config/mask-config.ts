import { isMapping } from '@millwright/toolkit';

/** Parts of a Compose file's model whose values may hold secrets, wherever they stand. */
const hidden: ReadonlySet<string> = new Set([
  'environment',
  'args',
  'labels',
  'annotations',
  'command',
  'entrypoint',
  'test',
  'content',
  'options',
  'driver_opts',
]);

/** The parts of a model that map names which the user chooses: a service may be called `labels`. */
const named: ReadonlySet<string> = new Set([
  'services',
  'networks',
  'volumes',
  'secrets',
  'configs',
  'models',
]);

/**
 * The model that `docker compose config` prints, with `***` for what may hold secrets: values of environments, build
 * arguments and labels, command lines, inline secrets, and extensions, of which only their user knows what they hold.
 */
export function maskConfig(model: unknown): unknown {
  if (!isMapping(model)) return masked(model);
  return mapValues(model, (value, key) =>
    named.has(key) && isMapping(value) ? mapValues(value, masked) : maskedEntry(value, key),
  );
}

function masked(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(masked);
  return isMapping(value) ? mapValues(value, maskedEntry) : value;
}

function maskedEntry(value: unknown, key: string): unknown {
  return hidden.has(key) || key.startsWith('x-') ? struckOut(value) : masked(value);
}

/** The names of a mapping stay, as does the number of a list's items. */
function struckOut(value: unknown): unknown {
  if (value === null) return null;
  if (Array.isArray(value)) return value.map(struckOut);
  return isMapping(value) ? mapValues(value, struckOut) : '***';
}

function mapValues(
  mapping: Readonly<Record<string, unknown>>,
  change: (value: unknown, key: string) => unknown,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(mapping).map(([key, value]) => [key, change(value, key)]));
}
