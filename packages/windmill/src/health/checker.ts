import { unwrap } from '../client/answers.js';
import { doubts } from '../client/version.js';
import { type EngineContext, withSignal } from '../executions/context.js';
import type { Executions } from '../executions/manager.js';
import type { WaitOptions } from '../executions/types.js';
import { languageOf } from '../config/languages.js';
import { localProbes, withoutLocalProbes } from './local-probes.js';
import { type Found, probe } from './probe.js';
import type { HealthChecker, HealthOptions, HealthReport, Probe } from './types.js';

/** Seconds that a job of a capability probe may take. */
const probeTimeout = 60;

/** Code that returns 42, by language. */
const samples: Readonly<Record<string, string>> = {
  bash: 'echo 42\n',
  python3: 'def main():\n    return 42\n',
  bun: 'export function main() { return 42 }\n',
  deno: 'export function main() { return 42 }\n',
  nativets: 'export function main() { return 42 }\n',
  go: 'package inner\n\nfunc main() (int, error) { return 42, nil }\n',
};

export class Health implements HealthChecker {
  /** @param binary the path of a supervised server's binary */
  constructor(
    private readonly context: EngineContext,
    private readonly executions: Executions,
    private readonly binary: string | undefined,
  ) {}

  async ready({ signal }: WaitOptions = {}): Promise<boolean> {
    try {
      this.context.checkReady();
      return (await this.#workers(signal)).length > 0;
    } catch {
      return false;
    }
  }

  async health(options: HealthOptions = {}): Promise<HealthReport> {
    const { signal, capabilities = [] } = options;
    const languages = capabilities.map(languageOf);
    const tags = options.tags ?? ['flow', 'dependency', ...languages];
    const local =
      this.binary === undefined || this.context.simulated
        ? withoutLocalProbes()
        : await localProbes(this.binary);
    const remote = await Promise.all([
      probe('server', () => this.#server(signal)),
      probe('database', () => this.#database(signal)),
      probe('workers', () => this.#tags(tags, signal)),
    ]);
    const canRun = remote.every(({ status }) => status !== 'failed');
    const jobs = languages.length === 0 ? [] : ['flow', ...languages];
    const capability = await Promise.all(
      jobs.map((job) => probe('capability', () => this.#capability(job, canRun, signal))),
    );
    const configuration: Probe = {
      name: 'configuration',
      status: 'ok',
      detail: 'the configuration is valid',
    };
    const probes = [configuration, ...local, ...remote, ...capability];
    return { status: worst(probes), simulated: this.context.simulated, probes };
  }

  async #server(signal: AbortSignal | undefined): Promise<Found> {
    const version = await unwrap(
      this.context.api.GET('/version', { parseAs: 'text', ...withSignal(this.context, signal) }),
      'read the version of the server',
    );
    const [doubt] = doubts(version);
    return doubt === undefined ? { status: 'ok', detail: version } : { status: 'failed', detail: doubt };
  }

  /** A read that only the database can answer. */
  async #database(signal: AbortSignal | undefined): Promise<Found> {
    const { api, workspace } = this.context;
    const exists = await unwrap(
      api.POST('/workspaces/exists', { body: { id: workspace }, ...withSignal(this.context, signal) }),
      'ask the database for the workspace',
    );
    return exists
      ? { status: 'ok', detail: `it has the workspace ${workspace}` }
      : { status: 'warning', detail: `it has no workspace ${workspace}` };
  }

  async #tags(tags: readonly string[], signal: AbortSignal | undefined): Promise<Found> {
    const workers = await this.#workers(signal);
    if (workers.length === 0) return { status: 'failed', detail: 'no worker has been seen for five minutes' };
    const found = (await unwrap(
      this.context.api.GET('/workers/exists_workers_with_tags', {
        params: { query: { tags: tags.join(',') } },
        ...withSignal(this.context, signal),
      }),
      'look for workers with tags',
    )) as Readonly<Record<string, boolean>>;
    const missing = tags.filter((tag) => found[tag] !== true);
    return missing.length === 0
      ? { status: 'ok', detail: `${workers.length} with ${tags.join(', ')}` }
      : { status: 'warning', detail: `jobs with these tags wait for ever: ${missing.join(', ')}` };
  }

  #workers(signal: AbortSignal | undefined): Promise<readonly unknown[]> {
    return unwrap(
      this.context.api.GET('/workers/list', withSignal(this.context, signal)),
      'list the workers',
    );
  }

  /** Runs a small job, or a flow whose expression a server without a JavaScript engine cannot evaluate. */
  async #capability(job: string, canRun: boolean, signal: AbortSignal | undefined): Promise<Found> {
    if (!canRun) return { status: 'skipped', detail: `${job}: the server accepts no jobs` };
    const options = { timeout: probeTimeout, cancelOnTimeout: true, signal };
    const content = samples[job];
    if (job !== 'flow' && content === undefined)
      return { status: 'skipped', detail: `${job}: there is no sample` };
    const run = await (content === undefined
      ? this.executions.previewFlow({ modules: [flowSample] }, { x: 41 }, options)
      : this.executions.preview({ language: job, content }, {}, options));
    const result = await run.result({ signal });
    if (content === undefined) {
      const { state } = await run.status({ signal });
      return { status: state === 'succeeded' ? 'ok' : 'failed', detail: `${job}: ended as ${state}` };
    }
    return Number(result) === 42
      ? { status: 'ok', detail: `${job}: ran` }
      : { status: 'failed', detail: `${job}: returned ${JSON.stringify(result)} instead of 42` };
  }
}

/** A step that needs no worker of a language, and an expression that is no plain path. */
const flowSample = {
  id: 'a',
  value: { type: 'identity' },
  stop_after_if: { expr: '[flow_input.x].map((x) => x + 1)[0] !== 42', skip_if_stopped: true },
};

function worst(probes: readonly Probe[]): HealthReport['status'] {
  if (probes.some(({ status }) => status === 'failed')) return 'failed';
  return probes.some(({ status }) => status === 'warning') ? 'warning' : 'ok';
}
