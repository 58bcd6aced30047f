/**
 * Measures our engine and `windmill-client` on one server, in a process of their own:
 * `node --expose-gc clients.ts <folder with node_modules of the peer> <address> <token> <which goes first: 0 or 1>`.
 * Prints a Measured for each operation and client as JSON.
 */
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { WorkflowEngine } from '@millwright/windmill';

/** Operations of the benchmark. */
export const operations = ['create script', 'create flow', 'list 100', 'health', 'run and wait'] as const;
export type Operation = (typeof operations)[number];
export type Client = 'millwright' | 'windmill-client';

export interface Measured {
  readonly operation: Operation;
  readonly client: Client;
  /** The median of one call. */
  readonly milliseconds: number;
  /** Memory that one call allocates in the client's process, on and off the JavaScript heap. */
  readonly kilobytes: number;
}

type Call = () => Promise<unknown>;

/** The parts of `windmill-client` and `tinybench` that are used here. They are installed when the benchmark runs. */
type Service = Readonly<Record<string, (data: object) => Promise<unknown>>>;
interface Peer {
  readonly setClient: (token: string, address: string) => void;
  readonly runScriptByPath: (path: string, args: object) => Promise<unknown>;
  readonly ScriptService: Service;
  readonly FlowService: Service;
  readonly JobService: Service;
  readonly SettingsService: Service;
  readonly WorkerService: Service;
  readonly WorkspaceService: Service;
}
interface Tinybench {
  readonly Bench: new (options: object) => {
    add(name: string, run: Call): void;
    run(): Promise<unknown>;
    readonly tasks: readonly {
      readonly name: string;
      readonly result: { readonly latency?: { readonly p50: number }; readonly error?: unknown };
    }[];
  };
}

/** Milliseconds in which each call is repeated. */
const time = 1_000;
const warmupTime = 500;
/** Calls whose allocations are counted together. The young generation must hold them: a collection would hide some. */
const counted = 20;

const language = 'python3';
const content = 'def main(word: str):\n    return word.upper()\n';
const existing = Array.from({ length: 120 }, (_, index) => `f/bench/existing_${index}`);
const [runnable = ''] = existing;
const tags = ['flow', 'dependency'];
const schema = { type: 'object', properties: {} };
const modules = ['first', 'second'].map((id) => ({
  id,
  value: {
    type: 'script',
    path: runnable,
    input_transforms: { word: { type: 'javascript', expr: 'flow_input.word' } },
  },
}));

/** The calls of our engine. */
export function ours(engine: WorkflowEngine): Record<Operation, Call> {
  let made = 0;
  return {
    health: () => engine.health({ tags }),
    'list 100': async () => {
      const found = [];
      for await (const script of engine.scripts.list({ pageSize: 100 })) {
        found.push(script);
        if (found.length === 100) return found;
      }
      throw new Error(`there are only ${found.length} scripts`);
    },
    'run and wait': async () => (await engine.scripts.run(runnable, { word: 'hello' })).result(),
    'create flow': () => engine.flows.create({ path: `f/bench/flow_${made++}`, value: { modules }, schema }),
    'create script': () =>
      engine.scripts.create({ path: `f/bench/script_${made++}`, language, content, schema }),
  };
}

/** The same calls of `windmill-client`, which checks neither scripts nor flows. */
export function theirs(peer: Peer, workspace: string): Record<Operation, Call> {
  let made = 0;
  const call = (service: Service, method: string, data: object = {}) => {
    const run = service[method];
    if (run === undefined) throw new Error(`windmill-client has no ${method}`);
    return run.call(service, data);
  };
  const texts = { summary: '', description: '' };
  return {
    health: async () => [
      await call(peer.SettingsService, 'backendVersion'),
      await call(peer.WorkspaceService, 'existsWorkspace', { requestBody: { id: workspace } }),
      await call(peer.WorkerService, 'listWorkers'),
      await call(peer.WorkerService, 'existsWorkersWithTags', { tags: tags.join(',') }),
    ],
    'list 100': () => call(peer.ScriptService, 'listScripts', { workspace, perPage: 100 }),
    'run and wait': () => peer.runScriptByPath(runnable, { word: 'hello' }),
    'create flow': () =>
      call(peer.FlowService, 'createFlow', {
        workspace,
        requestBody: { path: `f/bench/flow_${made++}`, ...texts, value: { modules }, schema },
      }),
    'create script': () =>
      call(peer.ScriptService, 'createScript', {
        workspace,
        requestBody: { path: `f/bench/script_${made++}`, ...texts, language, content, schema },
      }),
  };
}

/** Kilobytes per call. Collections within the calls make it too small, so that the largest of several counts is taken. */
async function allocations(call: Call): Promise<number> {
  const collect = globalThis.gc;
  if (collect === undefined) throw new Error('run node with --expose-gc');
  const used = () => {
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  const counts = [];
  for (let count = 0; count < 2; count++) {
    await collect({ type: 'major', execution: 'async' });
    const before = used();
    for (let index = 0; index < counted; index++) await call();
    counts.push((used() - before) / counted / 1_024);
  }
  return Math.max(...counts);
}

async function measure(folder: string, address: string, token: string, first: number): Promise<Measured[]> {
  const require = createRequire(`${folder}/`);
  const load = async <Module>(name: string) =>
    (await import(pathToFileURL(require.resolve(name)).href)) as Module;
  const peer = await load<Peer>('windmill-client');
  const { Bench } = await load<Tinybench>('tinybench');
  const { createEngine } = await import('@millwright/windmill');
  const engines = await Promise.all(
    ['ours', 'theirs'].map(async (workspace) => {
      const engine = createEngine({ mode: 'attach', baseUrl: address, token, workspace });
      await engine.start();
      for (const path of existing)
        await engine.scripts.create({
          path,
          language,
          content: `${content}# ${path}\n`,
          check: false,
        });
      return engine;
    }),
  );
  const [engine] = engines;
  if (engine === undefined) throw new Error('there is no engine');
  process.env.WM_WORKSPACE = 'theirs';
  peer.setClient(token, address);
  const both: readonly (readonly [Client, Record<Operation, Call>])[] = [
    ['millwright', ours(engine)],
    ['windmill-client', theirs(peer, 'theirs')],
  ];
  const clients = first === 0 ? both : both.toReversed();
  const measured: Measured[] = [];
  // Operations that create something come last: they make the server slower.
  for (const operation of ['health', 'list 100', 'run and wait', 'create flow', 'create script'] as const) {
    const bench = new Bench({ time, warmupTime, throws: true });
    for (const [client, calls] of clients) bench.add(client, calls[operation]);
    await bench.run();
    for (const [client, calls] of clients) {
      const result = bench.tasks.find(({ name }) => name === client)?.result;
      const milliseconds = result?.latency?.p50;
      if (milliseconds === undefined) throw new Error(`${client}, ${operation}: ${String(result?.error)}`);
      measured.push({ operation, client, milliseconds, kilobytes: await allocations(calls[operation]) });
    }
  }
  for (const one of engines) await one.stop();
  return measured;
}

if (import.meta.main) {
  const [folder = '', address = '', token = '', first = '0'] = process.argv.slice(2);
  console.log(JSON.stringify(await measure(folder, address, token, Number(first))));
}
