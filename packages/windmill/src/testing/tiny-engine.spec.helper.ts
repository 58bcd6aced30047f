import { randomUUID } from 'node:crypto';
import { checkJson, type Json, type JsonObject } from '../client/json.js';
import { checkPath } from '../config/paths.js';
import { windmillError, type WindmillErrorCode } from '../errors.js';
import type { Execution, ExecutionState, RunOptions } from '../executions/types.js';
import { validateFlow } from '../flows/validate.js';
import type { ContractEngine } from './contract.js';

type Code = (args: JsonObject) => Json | Promise<Json>;
const error = (code: WindmillErrorCode) =>
  windmillError(code, { what: code, why: 'the tiny engine says so' });

/** Does something at once, and rejects with what it throws. */
const later = <Value>(act: () => Value) => Promise.resolve().then(act);

/** The smallest engine that keeps the contract: it runs functions of this process, by their name. */
export function tinyEngine(codes: Readonly<Record<string, Code>>): ContractEngine {
  const runs = new Map<string, Execution>();
  const scripts = new Map<string, string>();
  let isStarted = false;
  const run = (
    work: (args: JsonObject) => unknown,
    args: JsonObject = {},
    { jobId = randomUUID() }: RunOptions = {},
  ) => {
    if (!isStarted) throw error('ENGINE_NOT_READY');
    checkJson(args);
    const known = runs.get(jobId);
    if (known !== undefined) return known;
    let state: ExecutionState = 'running';
    const { promise, resolve, reject } = Promise.withResolvers<Json>();
    promise.catch(() => undefined);
    const end = (last: ExecutionState, settle: () => void) => {
      if (state !== 'running') return false;
      state = last;
      settle();
      return true;
    };
    void later(() => work(args)).then(
      (value) =>
        end('succeeded', () => {
          resolve(value as Json);
        }),
      () =>
        end('failed', () => {
          reject(error('EXECUTION_FAILED'));
        }),
    );
    const execution: Partial<Execution> = {
      id: jobId,
      simulated: true,
      status: () => Promise.resolve({ id: jobId, state } as Awaited<ReturnType<Execution['status']>>),
      result: ({ signal } = {}) =>
        signal?.aborted === true ? Promise.reject(signal.reason as Error) : promise,
      cancel: () =>
        Promise.resolve(
          end('canceled', () => {
            reject(error('EXECUTION_CANCELED'));
          }),
        ),
      resume: () => Promise.reject(error('EXECUTION_NOT_SUSPENDED')),
    };
    runs.set(jobId, execution as Execution);
    return execution as Execution;
  };
  const codeOf = (name: string | undefined): Code =>
    codes[name ?? ''] ??
    (() => {
      throw error('SCRIPT_NOT_FOUND');
    });
  const flow =
    (
      modules: readonly {
        id: string;
        value: { content: string; input_transforms: { x: { expr: string } } };
      }[],
    ) =>
    async (input: JsonObject) => {
      const results: Record<string, Json> = {};
      for (const { id, value } of modules) {
        const [source, name = ''] = value.input_transforms.x.expr.split('.');
        results[id] = await codeOf(value.content)({
          x: (source === 'results' ? results : input)[name] ?? null,
        });
      }
      return results[modules.at(-1)?.id ?? ''];
    };
  const missing = (id: string) =>
    ({ id, result: () => Promise.reject(error('EXECUTION_NOT_FOUND')) }) as unknown as Execution;
  const set = (value: boolean) => () => later(() => (isStarted = value));
  const engine = {
    start: set(true),
    stop: set(false),
    [Symbol.asyncDispose]: set(false),
    ready: () => later(() => isStarted),
    executions: {
      preview: ({ content }: { content: string }, args?: JsonObject, options?: RunOptions) =>
        later(() => run(codeOf(content), args, options)),
      attach: (id: string) => runs.get(id) ?? missing(id),
    },
    scripts: {
      exists: (path: string) => later(() => scripts.has(path)),
      deploy: ({ path, content }: { path: string; content: string }) =>
        later(() => {
          checkPath(path);
          scripts.set(path, content);
          return path;
        }),
      run: (ref: string | { hash: string }, args?: JsonObject) =>
        later(() => {
          const content = scripts.get(typeof ref === 'string' ? ref : ref.hash);
          if (content === undefined) throw error('SCRIPT_NOT_FOUND');
          return run(codeOf(content), args);
        }),
    },
    flows: {
      preview: async (value: { modules: Parameters<typeof flow>[0] }, args?: JsonObject) => {
        if ((await validateFlow(value)).problems.length > 0) throw error('VALIDATION_FAILED');
        return run(flow(value.modules), args);
      },
    },
  };
  return engine as unknown as ContractEngine;
}
