import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Json } from '../client/json.js';
import { VirtualClock } from '../clock/virtual-clock.js';
import { ExitError, type ScriptFunction } from './jobs/runners.js';
import { createSimulation, type Simulation } from './simulation.js';

/** A request to a real server and its answer. */
export interface Exchange {
  readonly name: string;
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly body?: Json;
    /** A body that is not valid JSON. */
    readonly raw?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly authenticated: boolean;
  };
  readonly response: { readonly status: number; readonly contentType: string | null; readonly body: Json };
}

const file = join(import.meta.dirname, '../../openapi/recorded-1.533.1.json');
export const { exchanges } = JSON.parse(readFileSync(file, 'utf8')) as {
  readonly exchanges: readonly Exchange[];
};

/** Milliseconds that pass before an exchange: the recording waited for a job, or caught it running. */
const pauses: Readonly<Record<string, number>> = {
  'job get, completed': 1_000,
  'failed job get': 1_000,
  'slow job get, running': 1_100,
  'canceled job get': 5_000,
  'cancel, queued': 100,
  'flow job get': 60,
  'retried flow job get': 60_000,
  'expression flow result': 5_000,
  'suspended flow get': 2_000,
  'resumed flow result': 2_000,
  'timed-out flow get': 5_000,
  'python deployment status, later': 60_000,
};

/** Whether an exchange changes the server, or takes time: then it keeps its place in the order. */
function isFixed({ name, request, response }: Exchange): boolean {
  const changes = request.method !== 'GET' && response.status < 300;
  return changes || name in pauses || name.startsWith('run wait result') || name.includes('sse');
}

/** The exchanges with those shuffled that stand between two changes. */
export function shuffled(random: () => number): Exchange[] {
  const ordered: Exchange[] = [];
  let between: Exchange[] = [];
  const flush = () => {
    ordered.push(
      ...between
        .map((exchange) => ({ exchange, key: random() }))
        .sort((a, b) => a.key - b.key)
        .map(({ exchange }) => exchange),
    );
    between = [];
  };
  for (const exchange of exchanges) {
    if (isFixed(exchange)) {
      flush();
      ordered.push(exchange);
    } else between.push(exchange);
  }
  flush();
  return ordered;
}

/** What bash did with the recorded scripts. */
const bash: ScriptFunction = async (_, { code, log, sleep }) => {
  await sleep(51);
  const { content } = code;
  if (content.startsWith('for i in')) {
    for (let tick = 1; tick <= 8; tick++) {
      log(tick === 1 ? 'tick 1' : `\ntick ${tick}`);
      await sleep(1_000);
    }
    return 'done';
  }
  if (content.startsWith('sleep')) await sleep(20_000);
  if (content.includes('exit 3')) {
    log('before\noops');
    throw new ExitError('exit code for "bash run": 3, last log lines:\nbefore\noops', 3);
  }
  if (content === 'exit 1') throw new ExitError('exit code for "bash run": 1, last log lines:\n', 1);
  const output = /^echo "?(.*?)(?:\$1"|"|)\n?$/.exec(content)?.[1] ?? '';
  log(output);
  return output.trim();
};

export interface Answered {
  readonly status: number;
  readonly contentType: string | null;
  readonly body: Json;
}

/** Replays exchanges with other names and ids than recorded. */
export class Replay {
  readonly #clock = new VirtualClock({ automatic: false });
  readonly #simulation: Simulation;
  readonly #names = new Map<string, string>();

  constructor(private readonly random: () => number) {
    this.#simulation = createSimulation({
      clock: this.#clock,
      workers: 1,
      tags: ['bash', 'flow', 'python3'],
      languages: { bash },
      expressions: 'simple',
      lockDelay: 30_000,
      lockErrors: { [this.rename('f/x/py')]: 'Internal: Executable uv not found on worker' },
    });
  }

  /** A recorded text with this replay's names and ids. */
  rename(text: string): string {
    return text
      .replaceAll(/\bf\/x\/(\w+)/g, (_, name: string) => `f/${this.#name('x')}/${this.#name(`s:${name}`)}`)
      .replaceAll(/"name":"x"|folder x\b/g, (found) => found.replace(/\bx\b/, this.#name('x')))
      .replaceAll(/\brec\b/g, () => this.#name('rec'))
      .replaceAll(/[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}/g, (id) => this.#id(id, () => randomUUID()))
      .replaceAll(/\b[\da-f]{16}\b/g, (hash) =>
        this.#id(hash, () =>
          Array.from({ length: 16 }, () => Math.floor(this.random() * 16).toString(16)).join(''),
        ),
      );
  }

  async send({ name, request, response }: Exchange): Promise<Answered> {
    await this.#clock.advance(pauses[name] ?? 0);
    const token = name === 'wrong token' ? 'a-wrong-token' : this.#simulation.secret;
    const body =
      request.raw ?? (request.body === undefined ? undefined : this.rename(JSON.stringify(request.body)));
    const headers = request.headers ?? (body === undefined ? {} : { 'content-type': 'application/json' });
    const sent = new Request(`http://localhost${this.rename(request.path)}`, {
      method: request.method,
      headers: { ...headers, ...(request.authenticated ? { authorization: `Bearer ${token}` } : {}) },
      ...(body === undefined ? {} : { body: new TextEncoder().encode(body) }),
    });
    const answer = await this.#passing(this.#simulation.fetch(sent));
    const contentType = answer.headers.get('content-type');
    const text = await (contentType === 'text/event-stream'
      ? this.#frames(answer, response.body as string)
      : answer.text());
    if (answer.status === 201 && typeof response.body === 'string') this.#names.set(response.body, text);
    const isJson = contentType === 'application/json';
    return { status: answer.status, contentType, body: isJson ? (JSON.parse(text) as Json) : text };
  }

  /** As many frames of a stream as were recorded: the recording closed some. */
  async #frames(answer: Response, recorded: string): Promise<string> {
    const count = recorded.split('\n\n').length - 1;
    const reader = answer.body?.getReader();
    let text = '';
    for (let frame = 0; reader !== undefined && frame < count; frame++) {
      const { value } = (await this.#passing(reader.read())) as { readonly value?: Uint8Array };
      text += new TextDecoder().decode(value);
    }
    await reader?.cancel();
    return text;
  }

  /** Lets time pass while something waits for it. */
  async #passing<Result>(work: Promise<Result>): Promise<Result> {
    let isDone = false;
    const done = () => {
      isDone = true;
    };
    void work.then(done, done);
    for (let turn = 0; turn < 20; turn++) await setImmediate();
    const isPending = () => !isDone;
    while (isPending()) await this.#clock.advance(50);
    return work;
  }

  #name(recorded: string): string {
    return this.#id(recorded, () => `n${Math.floor(this.random() * 1e9).toString(36)}`);
  }

  #id(recorded: string, create: () => string): string {
    const known = this.#names.get(recorded);
    if (known !== undefined) return known;
    const created = create();
    this.#names.set(recorded, created);
    return created;
  }
}
