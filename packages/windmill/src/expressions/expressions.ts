import {
  getQuickJS,
  type QuickJSContext,
  type QuickJSHandle,
  type QuickJSWASMModule,
  shouldInterruptAfterDeadline,
} from 'quickjs-emscripten';
import type { Json, JsonObject } from '../client/json.js';

/** The names that an expression sees, such as `flow_input`, `results`, `previous_result`. */
export type Scope = JsonObject;

export type Evaluate = (expression: string, scope: Scope) => Promise<Json>;

/** Thrown where the server would fail to evaluate an expression. */
class ExpressionError extends Error {
  override readonly name = 'ExecutionErr';
}

const memoryLimit = 32 * 1_024 * 1_024;
const timeLimit = 1_000;

/** `results.a.b`, `flow_input.x`, `previous_result`: read without a JavaScript engine, as the server does. */
const simple = /^\s*(?:flow_input|results|previous_result|result|resume|params)(?:\.[A-Za-z_]\w*)*\s*$/;

let engine: Promise<QuickJSWASMModule> | undefined;

/** Evaluates any expression in QuickJS, with limits of memory and time, and without access to the machine. */
export const evaluate: Evaluate = async (expression, scope) => {
  if (simple.test(expression)) return member(expression, scope);
  engine ??= getQuickJS();
  const quickJs = await engine;
  const runtime = quickJs.newRuntime({ memoryLimitBytes: memoryLimit });
  runtime.setInterruptHandler(shouldInterruptAfterDeadline(Date.now() + timeLimit));
  const context = runtime.newContext();
  try {
    const names = Object.entries(scope).map(([name, value]) => `const ${name} = ${JSON.stringify(value)};`);
    const body = bodies(expression).find((candidate) => parseProblem(context, candidate) === undefined);
    const code = `(async () => { ${names.join('\n')}\nconst value = await (async () => { ${body ?? expression}\n})();
      return value === undefined ? 'null' : JSON.stringify(value); })()`;
    return JSON.parse(settled(context, expression, code)) as Json;
  } finally {
    context.dispose();
    runtime.dispose();
  }
};

/** The text that the promise of some code resolves to. Nothing in it can wait: its await ends with the jobs that are pending. */
function settled(context: QuickJSContext, expression: string, code: string): string {
  const promise = context.evalCode(code);
  if (promise.error) throw failed(expression, reasonOf(context, promise.error));
  const jobs = context.runtime.executePendingJobs();
  const state = context.getPromiseState(promise.value);
  promise.value.dispose();
  if (jobs.error) throw failed(expression, reasonOf(context, jobs.error));
  if (state.type === 'pending') throw failed(expression, interrupted);
  if (state.type === 'rejected') throw failed(expression, reasonOf(context, state.error));
  const text = context.getString(state.value);
  state.value.dispose();
  return text;
}

const interrupted = 'the evaluation was interrupted';

function reasonOf(context: QuickJSContext, handle: QuickJSHandle): string {
  const error = context.dump(handle) as { readonly message?: string } | undefined;
  handle.dispose();
  return error?.message ?? interrupted;
}

/** Evaluates what a server without a JavaScript engine can: names and members. */
export const evaluateSimple: Evaluate = (expression, scope) => {
  if (simple.test(expression)) return Promise.resolve(member(expression, scope));
  return Promise.reject(failed(expression, 'Deno core is not enabled'));
};

/** Why an expression cannot be parsed, or undefined if it can. */
export async function syntaxProblem(expression: string): Promise<string | undefined> {
  if (simple.test(expression)) return undefined;
  engine ??= getQuickJS();
  const quickJs = await engine;
  const context = quickJs.newContext();
  try {
    const problems = bodies(expression).map((body) => parseProblem(context, body));
    return problems.includes(undefined) ? undefined : problems[0];
  } finally {
    context.dispose();
  }
}

/** What a text may be as the body of a function: an expression, statements with `return`, or such whose last is returned. */
function bodies(expression: string): string[] {
  const text = expression.trim().replace(/;$/, '');
  const last = Math.max(text.lastIndexOf(';'), text.lastIndexOf('\n')) + 1;
  return [
    `return (${text}\n)`,
    ...(/\breturn\b/.test(text) ? [text] : [`${text.slice(0, last)} return ${text.slice(last)}`]),
  ];
}

function parseProblem(context: QuickJSContext, body: string): string | undefined {
  // Compiled, and not run: a text may close what is around it. It cannot close both this and the function that is run.
  const code = `({ async value() { ${body}\n} })`;
  const result = context.evalCode(code, 'expression', { type: 'global', compileOnly: true });
  if (!result.error) {
    result.value.dispose();
    return undefined;
  }
  const error = context.dump(result.error) as { readonly message?: string };
  result.error.dispose();
  return error.message ?? 'it cannot be parsed';
}

function member(expression: string, scope: Scope): Json {
  let value: Json | undefined = scope;
  for (const name of expression.trim().split('.')) {
    if (typeof value !== 'object' || value === null) {
      throw failed(expression, `cannot read property '${name}' of ${value === null ? 'null' : 'undefined'}`);
    }
    value = Object.hasOwn(value, name) ? (value as JsonObject)[name] : undefined;
  }
  return value ?? null;
}

function failed(expression: string, reason: string): ExpressionError {
  return new ExpressionError(`Error during isolated evaluation of expression \`${expression}\`:\n${reason}`);
}
