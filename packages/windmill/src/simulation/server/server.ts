import { randomUUID } from 'node:crypto';
import type { Json, JsonObject } from '../../client/json.js';
import type { Clock } from '../../clock/clock.js';
import { lockless } from '../../config/languages.js';
import { type Evaluate } from '../../expressions/expressions.js';
import type { FlowHost, Step } from '../flows/host.js';
import { runFlow } from '../flows/run-flow.js';
import { JobQueue } from '../jobs/queue.js';
import { runScript } from '../jobs/run-script.js';
import { workerName } from '../jobs/job-json.js';
import type { Runners } from '../jobs/runners.js';
import {
  createWorkspace,
  type FlowValue,
  type Job,
  type Outcome,
  type Script,
  type Workspace,
} from '../state/model.js';
import { runnable } from '../state/scripts.js';

export interface ServerOptions {
  readonly clock: Clock;
  readonly version: string;
  /** Bearer tokens that are accepted. */
  readonly secrets: readonly string[];
  /** Workspaces that exist from the start. */
  readonly workspaces: readonly string[];
  readonly workers: number;
  readonly tags: readonly string[];
  readonly runners: Runners;
  readonly evaluate: Evaluate;
  /** Milliseconds until a script's dependencies are locked. */
  readonly lockDelay: number;
  /** Paths of scripts whose dependencies cannot be locked, with the log. */
  readonly lockErrors: Readonly<Record<string, string>>;
}

/** A bearer token that is accepted. */
export interface Token {
  readonly label: string;
  readonly createdAt: number;
  /** The secret of the superadmin, which is neither listed nor deleted. */
  readonly isSecret: boolean;
}

/** What a job is created from. */
export interface NewJob {
  readonly id?: string | undefined;
  readonly kind: Job['kind'];
  readonly args: Json;
  readonly tag?: string | undefined;
  readonly parent?: Job;
  readonly script?: Script;
  readonly path?: string | undefined;
  readonly hash?: string | undefined;
  readonly language?: string | undefined;
  readonly content?: string | undefined;
  readonly flow?: FlowValue | undefined;
  readonly timeout?: number | undefined;
  readonly scheduledIn?: number | undefined;
}

/** The state of a simulated server, and what happens in it. It knows no HTTP. */
export class SimulatedServer {
  readonly workspaces = new Map<string, Workspace>([['admins', createWorkspace('admins', 'Admins')]]);
  readonly tokens: Map<string, Token>;
  readonly startedAt: number;
  readonly queue: JobQueue;
  flowVersions = 0;
  readonly #inherited = new WeakMap<Job, JsonObject>();
  readonly #workspaceOf = new WeakMap<Job, Workspace>();
  readonly #stoppedEarly = new WeakSet<Job>();

  constructor(readonly options: ServerOptions) {
    const { clock, runners } = options;
    const secret = { label: '', createdAt: clock.now(), isSecret: true };
    this.tokens = new Map(options.secrets.map((token) => [token, secret]));
    for (const id of options.workspaces) this.workspaces.set(id, createWorkspace(id, id));
    this.startedAt = clock.now();
    this.queue = new JobQueue({
      clock,
      workers: options.workers,
      tags: new Set(options.tags),
      run: (job) => runScript(job, runners, clock, this.#workspaceOf.get(job)?.id ?? ''),
      runFlow: (job) => runFlow(job, this.#host(this.#workspaceOf.get(job))),
      logHead: (job) =>
        `job=${job.id} tag=${job.tag} worker=${workerName} hostname=simulation\n\n\n--- ${(job.language ?? '').toUpperCase()} CODE EXECUTION ---\n\n`,
    });
  }

  /** Queues a job. */
  submit(workspace: Workspace, job: NewJob): Job {
    const now = this.options.clock.now();
    const { script } = job;
    const created: Job = {
      id: job.id ?? randomUUID(),
      kind: job.kind,
      parent: job.parent,
      createdAt: now,
      scheduledFor: now + (job.scheduledIn ?? 0) * 1_000,
      tag:
        job.tag ??
        script?.tag ??
        (job.flow === undefined ? (script?.language ?? job.language ?? 'bash') : 'flow'),
      args: job.args,
      path: script?.path ?? job.path,
      hash: script?.hash ?? job.hash,
      language: script?.language ?? job.language,
      content: script?.content ?? job.content,
      flow: job.flow,
      timeout: job.timeout ?? script?.timeout,
      flowStatus: undefined,
      startedAt: undefined,
      endedAt: undefined,
      outcome: undefined,
      logs: '',
      canceledBy: undefined,
      canceledReason: undefined,
      suspend: 0,
      resumes: [],
      stop: new AbortController(),
      watchers: new Set(),
    };
    workspace.jobs.set(created.id, created);
    this.#workspaceOf.set(created, workspace);
    this.queue.push(created);
    return created;
  }

  /** Resolves when a job has ended. */
  ended(job: Job): Promise<Outcome> {
    return new Promise((resolve) => {
      const look = () => {
        if (job.outcome === undefined) return;
        job.watchers.delete(look);
        resolve(job.outcome);
      };
      job.watchers.add(look);
      look();
    });
  }

  /** Starts the job that locks a script's dependencies, if its language has any. */
  lock(script: Script): void {
    if (lockless.has(script.language)) return;
    void this.options.clock.sleep(this.options.lockDelay).then(() => {
      const log = this.options.lockErrors[script.path];
      if (log === undefined) script.lock = '';
      else script.lockErrors = log;
    });
  }

  #host(workspace: Workspace | undefined): FlowHost {
    if (workspace === undefined) throw new Error('the job belongs to no workspace');
    const { clock, evaluate } = this.options;
    return {
      clock,
      evaluate,
      submit: (parent, step) => this.#submitStep(workspace, parent, step),
      ended: (job) => this.ended(job),
      cancel: (job, by, reason) => {
        this.queue.stopStep(job, by, reason);
      },
      flowAt: (path) => workspace.flows.get(path)?.value as FlowValue | undefined,
      variable: (path) => workspace.variables.get(path)?.value,
      inherited: (job) => this.#inherited.get(job) ?? {},
      stoppedEarly: this.#stoppedEarly,
    };
  }

  #submitStep(workspace: Workspace, parent: Job, { code, args, timeout, results }: Step): Job {
    const common = { parent, args, timeout };
    switch (code.kind) {
      case 'identity':
        return this.submit(workspace, { ...common, kind: 'identity', tag: 'flow', language: undefined });
      case 'code': {
        const { language, content, path } = code;
        return this.submit(workspace, { ...common, kind: 'preview', language, content, path });
      }
      case 'script': {
        const script = workspace.scripts.get(code.ref) ?? runnable(workspace, code.ref);
        if (script === undefined) throw new Error(`Not found: script not found at name ${code.ref}`);
        return this.submit(workspace, { ...common, kind: 'script', script });
      }
      case 'flow': {
        const job = this.submit(workspace, { ...common, kind: 'flow', path: code.path, flow: code.value });
        if (results !== undefined) this.#inherited.set(job, results);
        return job;
      }
    }
  }
}
