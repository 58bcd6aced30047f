import { windmillError } from '../errors.js';

/** A value that survives JSON unchanged. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = Readonly<Record<string, Json>>;

const deepest = 500;

/**
 * Refuses what JSON would drop or change, so that a script receives the same values from a server and from a simulation.
 * @throws ARGUMENTS_INVALID, which names the place
 */
export function checkJson(value: unknown, place = 'args'): asserts value is Json {
  const path: { readonly key: string; readonly value: unknown }[] = [];
  check(value);

  function check(current: unknown): void {
    if (current === null || typeof current === 'boolean' || typeof current === 'string') return;
    if (typeof current === 'number' && Number.isFinite(current) && !Object.is(current, -0)) return;
    if (typeof current !== 'object') refuse(describe(current));
    if (path.length > deepest) refuse(`nested more than ${deepest} levels deep`);
    if (path.some((above) => above.value === current)) refuse('part of itself');
    const prototype: unknown = Object.getPrototypeOf(current);
    if (!Array.isArray(current) && prototype !== Object.prototype && prototype !== null) {
      refuse(`an instance of ${current.constructor.name}`);
    }
    for (const key of Object.keys(current)) {
      path.push({ key, value: current });
      check((current as Readonly<Record<string, unknown>>)[key]);
      path.pop();
    }
  }

  function refuse(reason: string): never {
    const steps = path.map(({ key, value: above }) => (Array.isArray(above) ? `[${key}]` : `.${key}`));
    throw windmillError('ARGUMENTS_INVALID', {
      what: `\`${place}${steps.slice(0, 20).join('')}\` cannot be sent as JSON`,
      why: `it is ${reason}`,
    });
  }
}

function describe(value: unknown): string {
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  return value === undefined ? 'undefined' : `a ${typeof value}`;
}
