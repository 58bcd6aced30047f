import type { Json, JsonObject } from '../../client/json.js';
import type { Evaluate, Scope } from '../../expressions/expressions.js';
import type { FlowHost } from './host.js';

/** An input of a step: a value, or an expression. */
export interface Transform {
  readonly type: string;
  readonly value?: unknown;
  readonly expr?: string;
}

/** The value of a transform. Texts of the form `$var:<path>` are replaced by the variable. */
export async function transformed(
  transform: Transform,
  scope: Scope,
  host: { readonly evaluate: Evaluate; variable(path: string): string | undefined },
): Promise<Json> {
  if (transform.type === 'javascript') return host.evaluate(transform.expr ?? '', scope);
  const value = (transform.value ?? null) as Json;
  if (typeof value === 'string' && value.startsWith('$var:')) {
    const path = value.slice('$var:'.length);
    const variable = host.variable(path);
    if (variable === undefined) throw new Error(`variable ${path} not found`);
    return variable;
  }
  return value;
}

/** The arguments of a step. */
export async function stepArguments(
  transforms: Readonly<Record<string, Transform>> | undefined,
  scope: Scope,
  host: FlowHost,
): Promise<JsonObject> {
  const args: Record<string, Json> = {};
  for (const [name, transform] of Object.entries(transforms ?? {})) {
    args[name] = await transformed(transform, scope, host);
  }
  return args;
}

/** Whether an expression holds, by JavaScript's rules. */
export async function holds(expression: string, scope: Scope, evaluate: Evaluate): Promise<boolean> {
  return Boolean(await evaluate(expression, scope));
}
