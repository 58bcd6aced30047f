import { type KnownAnswer, unwrap } from '../client/answers.js';
import type { Schemas } from '../client/api.js';
import { checkPath } from '../config/paths.js';
import { type EngineContext, withSignal } from '../executions/context.js';
import type { WaitOptions } from '../executions/types.js';
import type { ListOptions, NewVariable, Variable, VariableManager } from './types.js';

const missing: KnownAnswer = { text: /^Not found: /, code: 'VARIABLE_NOT_FOUND' };

export class Variables implements VariableManager {
  constructor(private readonly context: EngineContext) {}

  async create(variable: NewVariable, { signal }: WaitOptions = {}): Promise<void> {
    this.context.checkReady();
    checkPath(variable.path);
    const { api, workspace } = this.context;
    await unwrap(
      api.POST('/w/{workspace}/variables/create', {
        params: { path: { workspace } },
        body: bodyOf(variable),
        parseAs: 'text',
        ...withSignal(this.context, signal),
      }),
      `create the variable ${variable.path}`,
      [{ text: /already exists|variable_pkey/, code: 'VARIABLE_EXISTS' }],
    );
  }

  async update(variable: NewVariable, { signal }: WaitOptions = {}): Promise<void> {
    await unwrap(
      this.context.api.POST('/w/{workspace}/variables/update/{path}', {
        params: this.#at(variable.path),
        body: bodyOf(variable),
        parseAs: 'text',
        ...withSignal(this.context, signal),
      }),
      `update the variable ${variable.path}`,
      [missing],
    );
  }

  async get(path: string, { signal }: WaitOptions = {}): Promise<Variable> {
    const found = await unwrap(
      this.context.api.GET('/w/{workspace}/variables/get/{path}', {
        params: { ...this.#at(path), query: { decrypt_secret: true } },
        ...withSignal(this.context, signal),
      }),
      `read the variable ${path}`,
      [missing],
    );
    return variableOf(found);
  }

  async exists(path: string, { signal }: WaitOptions = {}): Promise<boolean> {
    return unwrap(
      this.context.api.GET('/w/{workspace}/variables/exists/{path}', {
        params: this.#at(path),
        ...withSignal(this.context, signal),
      }),
      `look for the variable ${path}`,
    );
  }

  async *list(options: Pick<ListOptions, 'pageSize' | 'signal'> = {}): AsyncGenerator<Variable> {
    this.context.checkReady();
    const { api, workspace } = this.context;
    const size = options.pageSize ?? 100;
    for (let page = 1; ; page++) {
      const found = await unwrap(
        api.GET('/w/{workspace}/variables/list', {
          params: { path: { workspace }, query: { page, per_page: size } },
          ...withSignal(this.context, options.signal),
        }),
        'list the variables',
      );
      for (const variable of found) yield variableOf(variable);
      if (found.length < size) return;
    }
  }

  async delete(path: string, { signal }: WaitOptions = {}): Promise<void> {
    await unwrap(
      this.context.api.DELETE('/w/{workspace}/variables/delete/{path}', {
        params: this.#at(path),
        parseAs: 'text',
        ...withSignal(this.context, signal),
      }),
      `delete the variable ${path}`,
      [missing],
    );
  }

  #at(path: string) {
    this.context.checkReady();
    checkPath(path);
    return { path: { workspace: this.context.workspace, path } };
  }
}

function bodyOf({ path, value, isSecret = false, description = '' }: NewVariable) {
  return { path, value, is_secret: isSecret, description };
}

/** The value of a secret in a list is served as null, which the document leaves out. */
function variableOf(served: Schemas['ListableVariable']): Variable {
  const { path, is_secret: isSecret, description } = served;
  return { path, value: served.value ?? undefined, isSecret, description: description ?? '' };
}
