import { isMapping } from '@millwright/toolkit';

/** Keys of a Compose model whose values can contain secrets, at any depth. */
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

/** Sections whose keys are chosen by the user: a service can be called `labels`. */
const named: ReadonlySet<string> = new Set([
  'services',
  'networks',
  'volumes',
  'secrets',
  'configs',
  'models',
]);

/**
 * Replaces possible secrets in the output of `docker compose config` with `***`: values of environment
 * variables, build arguments and labels, command lines, inline secrets, and extensions, whose content is
 * unknown.
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

/** Keeps the keys of a mapping and the length of a list. */
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
