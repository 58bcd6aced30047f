import { unwrap } from '../client/answers.js';
import { checkJson, type Json, type JsonObject } from '../client/json.js';
import { checkPath } from '../config/paths.js';
import { windmillError } from '../errors.js';
import { type EngineContext, withSignal } from '../executions/context.js';
import type { Executions } from '../executions/manager.js';
import type { Execution, RunOptions, WaitOptions } from '../executions/types.js';
import { type FlowProblem, validateFlow } from '../flows/validate.js';
import type { Flow, FlowEntry, FlowManager, ListOptions, NewFlow } from './types.js';

const notFound = [{ text: /^Not found: /, code: 'FLOW_NOT_FOUND' }] as const;

export class Flows implements FlowManager {
  constructor(
    private readonly context: EngineContext,
    private readonly executions: Executions,
  ) {}

  async validate(value: unknown): Promise<readonly FlowProblem[]> {
    return (await validateFlow(value)).problems;
  }

  async create(flow: NewFlow, { signal }: WaitOptions = {}): Promise<void> {
    this.context.checkReady();
    const body = await bodyOf(flow);
    const { api, workspace } = this.context;
    await unwrap(
      api.POST('/w/{workspace}/flows/create', {
        params: { path: { workspace } },
        body,
        parseAs: 'text',
        ...withSignal(this.context, signal),
      }),
      `create the flow ${flow.path}`,
      [{ text: /^Bad request: Flow .* already exists/, code: 'FLOW_EXISTS' }],
    );
  }

  async update(flow: NewFlow, { signal }: WaitOptions = {}): Promise<void> {
    this.context.checkReady();
    const body = await bodyOf(flow);
    const { api, workspace } = this.context;
    await unwrap(
      api.POST('/w/{workspace}/flows/update/{path}', {
        params: { path: { workspace, path: flow.path } },
        body,
        parseAs: 'text',
        ...withSignal(this.context, signal),
      }),
      `update the flow ${flow.path}`,
      notFound,
    );
  }

  async get(path: string, { signal }: WaitOptions = {}): Promise<Flow> {
    this.context.checkReady();
    const { api, workspace } = this.context;
    return unwrap(
      api.GET('/w/{workspace}/flows/get/{path}', {
        params: { path: { workspace, path } },
        ...withSignal(this.context, signal),
      }),
      `read the flow ${path}`,
      notFound,
    );
  }

  async exists(path: string, { signal }: WaitOptions = {}): Promise<boolean> {
    this.context.checkReady();
    const { api, workspace } = this.context;
    return unwrap(
      api.GET('/w/{workspace}/flows/exists/{path}', {
        params: { path: { workspace, path } },
        ...withSignal(this.context, signal),
      }),
      `look for the flow ${path}`,
    );
  }

  async *list(options: ListOptions = {}): AsyncGenerator<FlowEntry> {
    this.context.checkReady();
    const { api, workspace } = this.context;
    const size = options.pageSize ?? 100;
    const archived = options.archived === true ? { show_archived: true } : {};
    for (let page = 1; ; page++) {
      const flows = await unwrap(
        api.GET('/w/{workspace}/flows/list', {
          params: { path: { workspace }, query: { page, per_page: size, ...archived } },
          ...withSignal(this.context, options.signal),
        }),
        'list the flows',
      );
      for (const { path, summary, archived } of flows) yield { path, summary, archived };
      if (flows.length < size) return;
    }
  }

  async archive(path: string, { signal }: WaitOptions = {}): Promise<void> {
    this.context.checkReady();
    const { api, workspace } = this.context;
    // A 1.533.1 server answers 200 for a flow that does not exist.
    await this.get(path, { signal });
    await unwrap(
      api.POST('/w/{workspace}/flows/archive/{path}', {
        params: { path: { workspace, path } },
        body: { archived: true },
        parseAs: 'text',
        ...withSignal(this.context, signal),
      }),
      `archive the flow ${path}`,
      notFound,
    );
  }

  async delete(path: string, { signal }: WaitOptions = {}): Promise<void> {
    this.context.checkReady();
    const { api, workspace } = this.context;
    await this.get(path, { signal });
    await unwrap(
      api.DELETE('/w/{workspace}/flows/delete/{path}', {
        params: { path: { workspace, path } },
        parseAs: 'text',
        ...withSignal(this.context, signal),
      }),
      `delete the flow ${path}`,
      notFound,
    );
  }

  run<Result extends Json>(
    path: string,
    args: JsonObject = {},
    options: RunOptions = {},
  ): Promise<Execution<Result>> {
    return this.executions.runFlow<Result>(path, args, options);
  }

  async preview<Result extends Json>(
    value: unknown,
    args: JsonObject = {},
    options: RunOptions = {},
  ): Promise<Execution<Result>> {
    this.context.checkReady();
    return this.executions.previewFlow<Result>(await validated(value, 'the flow'), args, options);
  }
}

/** @throws PATH_INVALID, VALIDATION_FAILED, ARGUMENTS_INVALID */
async function bodyOf(flow: NewFlow) {
  checkPath(flow.path);
  const schema = flow.schema ?? { type: 'object', properties: {} };
  checkJson(schema, 'schema');
  const value = await validated(flow.value, `the flow ${flow.path}`);
  return {
    path: flow.path,
    summary: flow.summary ?? '',
    description: flow.description ?? '',
    value: value as { modules: [] },
    schema,
  };
}

/** The flow with defaults. @throws VALIDATION_FAILED with every mistake and its place */
async function validated(given: unknown, name: string): Promise<unknown> {
  checkJson(given, 'value');
  const { problems, value } = await validateFlow(given);
  if (problems.length === 0) return value;
  throw windmillError('VALIDATION_FAILED', {
    what: `${name} has ${problems.length === 1 ? 'a mistake' : `${problems.length} mistakes`}`,
    why: problems.map(({ place, message }) => `${place || 'the flow'}: ${message}`).join('\n'),
  });
}
