import type { Json, JsonObject } from '../client/json.js';
import type { Execution, RunOptions, ScriptRef } from '../executions/types.js';
import type { ScriptManager } from './types.js';

/** Types of one script, as the Nx target `windmill-types` generates them. */
export interface ScriptTypes {
  readonly args: unknown;
  readonly result: unknown;
}

/** Scripts that run with the arguments, and return the results, that their code declares. */
export interface TypedScripts<Types extends { readonly [Path in keyof Types]: ScriptTypes }> {
  run<Path extends keyof Types & string>(
    path: Path,
    args: Types[Path]['args'],
    options?: RunOptions & { readonly hash?: string },
  ): Promise<Execution<Extract<Types[Path]['result'], Json>>>;
}

/**
 * The scripts of an engine with generated types: `typedScripts<Scripts>(engine).run('f/demo/greet', { name: 'Ada' })`.
 * Nothing is checked at run time.
 * @typeParam Types the interface `Scripts` of the generated file
 */
export function typedScripts<Types extends { readonly [Path in keyof Types]: ScriptTypes }>(engine: {
  readonly scripts: ScriptManager;
}): TypedScripts<Types> {
  return {
    run: (path, args, { hash, ...options } = {}) => {
      const ref: ScriptRef = hash === undefined ? path : { hash };
      return engine.scripts.run(ref, args as JsonObject, options);
    },
  };
}
