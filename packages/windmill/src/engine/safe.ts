import { ResultAsync } from 'neverthrow';
import type { Execution } from '../executions/types.js';

/** A value whose asynchronous methods return results instead of throwing, at any depth. */
export type Safe<Value> = {
  readonly [Key in keyof Value]: Value[Key] extends (...args: infer Args) => Promise<infer Result>
    ? (...args: Args) => ResultAsync<Result extends Execution ? Safe<Result> : Result, Error>
    : Value[Key] extends (...args: never[]) => unknown
      ? Value[Key]
      : Value[Key] extends object
        ? Safe<Value[Key]>
        : Value[Key];
};

/**
 * Returns the Result form of an object: what a method would throw is in the `Err`, with its code. Streams and synchronous values
 * are unchanged.
 */
export function safely<Value extends object>(value: Value): Safe<Value> {
  return new Proxy(value, {
    get: (target, key): unknown => {
      const member: unknown = Reflect.get(target, key, target);
      if (typeof member === 'function') {
        return (...args: unknown[]) =>
          call(() => (member as (...given: unknown[]) => unknown).apply(target, args));
      }
      return typeof member === 'object' && member !== null ? safely(member) : member;
    },
  }) as Safe<Value>;
}

function call(act: () => unknown): unknown {
  const returned = act();
  if (!(returned instanceof Promise)) return returned;
  return ResultAsync.fromPromise(
    returned.then((result: unknown) => (isExecution(result) ? safely(result) : result)),
    asError,
  );
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

function isExecution(value: unknown): value is Execution {
  return (
    typeof value === 'object' && value !== null && 'result' in value && typeof value.result === 'function'
  );
}
