import { checkScript, type ScriptReport } from '../checks/check-script.js';
import { unwrap } from '../client/answers.js';
import { checkJson, type Json, type JsonObject } from '../client/json.js';
import { pauseBefore } from '../client/transport.js';
import { checkPath } from '../config/paths.js';
import { windmillError, hasCode } from '../errors.js';
import { type EngineContext, untilStopped, withSignal } from '../executions/context.js';
import type { Execution, ExecutionManager, RunOptions, ScriptRef, WaitOptions } from '../executions/types.js';
import { languageOf } from '../config/languages.js';
import type { DeployOptions, ListOptions, NewScript, Script, ScriptEntry, ScriptManager } from './types.js';

const anyArguments = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  type: 'object',
  properties: {},
  required: [],
};
const notFound = [{ text: /^Not found: |no rows returned/, code: 'SCRIPT_NOT_FOUND' }] as const;

export class Scripts implements ScriptManager {
  constructor(
    private readonly context: EngineContext,
    private readonly executions: ExecutionManager,
  ) {}

  validate({ language, content }: Pick<NewScript, 'language' | 'content'>): Promise<ScriptReport> {
    const { checkers, maxScriptSize } = this.context;
    const code = { language: languageOf(language), content };
    return checkScript(code, checkers, maxScriptSize);
  }

  async create(script: NewScript, { signal }: WaitOptions = {}): Promise<string> {
    this.context.checkReady();
    checkPath(script.path);
    const schema = script.schema ?? anyArguments;
    checkJson(schema, 'schema');
    await this.#check(script);
    const { api, workspace } = this.context;
    return unwrap(
      api.POST('/w/{workspace}/scripts/create', {
        params: { path: { workspace } },
        body: {
          path: script.path,
          summary: script.summary ?? '',
          description: script.description ?? '',
          content: script.content,
          language: languageOf(script.language) as 'bash',
          schema,
          ...(script.parentHash === undefined ? {} : { parent_hash: script.parentHash }),
          ...(script.tag === undefined ? {} : { tag: script.tag }),
          ...(script.timeout === undefined ? {} : { timeout: script.timeout }),
        },
        parseAs: 'text',
        ...withSignal(this.context, signal),
      }),
      `create the script ${script.path}`,
      [
        { text: /same parent_hash|parent hash does not seem/, code: 'SCRIPT_PARENT_INVALID' },
        { text: /Path conflict for|A script with same hash/, code: 'SCRIPT_EXISTS' },
      ],
    );
  }

  async deploy(script: Omit<NewScript, 'parentHash'>, options: DeployOptions = {}): Promise<string> {
    const current = await this.#newest(script.path, options);
    if (current !== undefined && isSame(current, script)) {
      await this.#deployed(current.hash, script.path, options);
      return current.hash;
    }
    const hash = await this.create({ ...script, parentHash: current?.hash }, options);
    await this.#deployed(hash, script.path, options);
    return hash;
  }

  async get(ref: ScriptRef, { signal }: WaitOptions = {}): Promise<Script> {
    this.context.checkReady();
    const { api, workspace } = this.context;
    const common = withSignal(this.context, signal);
    if (typeof ref === 'object' && 'hash' in ref) {
      const { hash } = ref;
      const call = api.GET('/w/{workspace}/scripts/get/h/{hash}', {
        params: { path: { workspace, hash } },
        ...common,
      });
      return unwrap(call, `read the script ${hash}`, [
        ...notFound,
        { text: /HexErr/, code: 'SCRIPT_NOT_FOUND' },
      ]);
    }
    const path = typeof ref === 'string' ? ref : ref.path;
    const call = api.GET('/w/{workspace}/scripts/get/p/{path}', {
      params: { path: { workspace, path } },
      ...common,
    });
    return unwrap(call, `read the script ${path}`, notFound);
  }

  async exists(path: string, { signal }: WaitOptions = {}): Promise<boolean> {
    this.context.checkReady();
    const { api, workspace } = this.context;
    return unwrap(
      api.GET('/w/{workspace}/scripts/exists/p/{path}', {
        params: { path: { workspace, path } },
        ...withSignal(this.context, signal),
      }),
      `look for the script ${path}`,
    );
  }

  async *list(options: ListOptions = {}): AsyncGenerator<ScriptEntry> {
    this.context.checkReady();
    const { api, workspace } = this.context;
    const size = options.pageSize ?? 100;
    const archived = options.archived === true ? { show_archived: true } : {};
    for (let page = 1; ; page++) {
      const scripts = await unwrap(
        api.GET('/w/{workspace}/scripts/list', {
          params: { path: { workspace }, query: { page, per_page: size, ...archived } },
          ...withSignal(this.context, options.signal),
        }),
        'list the scripts',
      );
      for (const { path, hash, summary, language, archived } of scripts) {
        yield { path, hash, summary, language, archived };
      }
      if (scripts.length < size) return;
    }
  }

  async history(path: string, { signal }: WaitOptions = {}): Promise<readonly string[]> {
    this.context.checkReady();
    const { api, workspace } = this.context;
    const versions = await unwrap(
      api.GET('/w/{workspace}/scripts/history/p/{path}', {
        params: { path: { workspace, path } },
        ...withSignal(this.context, signal),
      }),
      `read the versions of ${path}`,
      notFound,
    );
    return versions.map(({ script_hash: hash }) => hash);
  }

  async archive(path: string, { signal }: WaitOptions = {}): Promise<void> {
    this.context.checkReady();
    const { api, workspace } = this.context;
    await unwrap(
      api.POST('/w/{workspace}/scripts/archive/p/{path}', {
        params: { path: { workspace, path } },
        parseAs: 'text',
        ...withSignal(this.context, signal),
      }),
      `archive the script ${path}`,
      notFound,
    );
  }

  async delete(path: string, { signal }: WaitOptions = {}): Promise<void> {
    this.context.checkReady();
    const { api, workspace } = this.context;
    await unwrap(
      api.POST('/w/{workspace}/scripts/delete/p/{path}', {
        params: { path: { workspace, path } },
        ...withSignal(this.context, signal),
      }),
      `delete the script ${path}`,
      notFound,
    );
  }

  run<Result extends Json>(
    ref: ScriptRef,
    args: JsonObject = {},
    options: RunOptions = {},
  ): Promise<Execution<Result>> {
    return this.executions.runScript<Result>(ref, args, options);
  }

  /** @throws VALIDATION_FAILED with each mistake and its place, LANGUAGE_UNKNOWN */
  async #check(script: NewScript): Promise<void> {
    if (script.check === false) return;
    const { problems } = await this.validate(script);
    if (problems.length === 0) return;
    throw windmillError('VALIDATION_FAILED', {
      what: `the script ${script.path} is not valid`,
      why: problems
        .map(({ line, column, message }) => `line ${line}, column ${column}: ${message}`)
        .join('\n'),
    });
  }

  async #newest(path: string, options: WaitOptions): Promise<Script | undefined> {
    try {
      const script = await this.get(path, options);
      // An archived version takes no part in a path conflict.
      return script.archived ? undefined : script;
    } catch (error) {
      if (hasCode(error, 'SCRIPT_NOT_FOUND')) return undefined;
      throw error;
    }
  }

  /** A script exists before its dependencies are locked, and until then runs by path take the version before it. */
  async #deployed(hash: string, path: string, { signal, timeout }: DeployOptions): Promise<void> {
    const { api, workspace, clock } = this.context;
    const common = withSignal(this.context, signal);
    const seconds = timeout ?? this.context.timeout;
    const deadline = clock.now() + seconds * 1_000;
    for (let attempt = 0; ; attempt++) {
      const { lock, lock_error_logs: log } = await unwrap(
        api.GET('/w/{workspace}/scripts/deployment_status/h/{hash}', {
          params: { path: { workspace, hash } },
          ...common,
        }),
        `read the state of the script ${path}`,
        notFound,
      );
      if (typeof log === 'string' && log !== '') {
        throw windmillError('SCRIPT_NOT_DEPLOYED', {
          what: `the dependencies of the script ${path} cannot be locked`,
          why: log.trim().split('\n').at(-1) ?? 'the log is empty',
          output: log,
        });
      }
      if (typeof lock === 'string') return;
      if (clock.now() >= deadline) {
        throw windmillError('SCRIPT_NOT_DEPLOYED', {
          what: `the dependencies of the script ${path} were not locked within ${seconds} seconds`,
          why: 'no worker has picked up the job that locks them',
          remedy: 'start a worker with the tag `dependency`, or raise `timeout`',
        });
      }
      await clock.sleep(pauseBefore(attempt, 1), untilStopped(this.context, signal));
    }
  }
}

function isSame(script: Script, wanted: NewScript): boolean {
  return (
    script.content === wanted.content &&
    script.language === languageOf(wanted.language) &&
    script.summary === (wanted.summary ?? '') &&
    script.description === (wanted.description ?? '') &&
    JSON.stringify(script.schema) === JSON.stringify(wanted.schema ?? anyArguments)
  );
}
