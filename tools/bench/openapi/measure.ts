/**
 * Measures the generation of a Go client for Windmill's API: upstream's steps, ours, and ours as an Nx
 * target.
 */
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { generators } from '../../../packages/go/dist/openapi/generators/index.js';
import { installTool } from '../../../packages/go/dist/openapi/go/install.js';
import { goOfFolder } from '../../../packages/go/dist/openapi/go/toolchain.js';
import type { Absent } from '../contenders.ts';
import { deletions, openapiFiles, overlayPath, sharedPath, specPath } from './files.ts';
import { installPeer, versions } from '../peers.ts';
import { benchEnvironment, lastLines, prepare, repository, timed } from '../run.ts';

/** The generator version in Windmill's script. */
const upstreamVersion = 'v2.4.1';

export const openapiSteps = ['bundle', 'bundle to code', 'with build, vet and test -c', 'cached'] as const;
export type OpenapiStep = (typeof openapiSteps)[number];

export interface OpenapiSeries {
  readonly name: string;
  readonly document: string;
  /** The seconds of each round, by step. */
  readonly seconds: Readonly<Partial<Record<OpenapiStep, readonly number[]>>>;
  /** The peak memory of one process of a step, in megabytes, over all rounds, if it is measured. */
  readonly memory: Readonly<Partial<Record<OpenapiStep, number>>>;
}

export const upstreamSteps = `redocly ${versions.redocly}, jq, oapi-codegen ${upstreamVersion}`;

/**
 * @param folders checkouts of Windmill, or folders with its OpenAPI files in the same places
 * @returns the measurements, upstream's steps first for each document
 */
export async function measureOpenapi(
  folders: readonly string[],
  rounds: number,
  progress: (text: string) => void,
): Promise<(OpenapiSeries | Absent)[]> {
  const present = folders.filter((folder) => existsSync(join(folder, specPath)));
  if (present.length === 0) return [{ name: 'OpenAPI', why: `no ${specPath} in ${folders.join(', ')}` }];
  const peer = installPeer('redocly');
  if ('missing' in peer) return [{ name: upstreamSteps, why: peer.missing }];
  if (timed(['jq', '--version'], repository, process.env).failed)
    return [{ name: upstreamSteps, why: 'no jq' }];
  const { version: goVersion } = await goOfFolder(repository);
  const { tool } = generators['oapi-codegen'];
  if (!('module' in tool)) throw new Error('oapi-codegen is a Go tool');
  const program = await installTool({ ...tool, version: upstreamVersion }, goVersion, repository);
  await installTool(tool, goVersion, repository);
  const all = present.map((folder) => ({
    document: basename(folder),
    bench: new ClientBench(folder, join(peer.modules, '.bin', 'redocly'), program),
  }));
  try {
    for (let round = 1; round <= rounds; round++) {
      for (const { document, bench } of all) {
        progress(`OpenAPI, round ${round} of ${rounds}: ${document}`);
        bench.round(tool.version);
      }
    }
    return all.flatMap(({ document, bench }) => bench.series(document));
  } finally {
    for (const { bench } of all) bench.remove();
  }
}

interface Cost {
  readonly seconds: number;
  readonly megabytes: number;
}

class ClientBench {
  private readonly folder = mkdtempSync(join(tmpdir(), 'millwright-bench-'));
  private readonly env = benchEnvironment(false);
  private readonly costs = new Map<string, Map<OpenapiStep, Cost[]>>();

  private readonly redocly: string;
  private readonly upstreamGenerator: string;

  constructor(windmill: string, redocly: string, upstreamGenerator: string) {
    this.redocly = redocly;
    this.upstreamGenerator = upstreamGenerator;
    for (const [path, text] of Object.entries(openapiFiles)) this.write(path, text);
    for (const path of [specPath, sharedPath]) {
      mkdirSync(dirname(join(this.folder, path)), { recursive: true });
      copyFileSync(join(windmill, path), join(this.folder, path));
    }
    symlinkSync(join(repository, 'node_modules'), join(this.folder, 'node_modules'));
    prepare(['git', 'init', '--quiet'], this.folder, this.env);
    // Creates go.mod, go.sum and the compiled dependencies, which are not measured.
    prepare([this.nx, 'run', 'client:generate', '--tidy'], this.folder, this.env);
  }

  round(version: string): void {
    this.upstream();
    this.ours(`@millwright/go, oapi-codegen ${version}`, version);
    this.ours(`@millwright/go, oapi-codegen ${upstreamVersion}`, upstreamVersion);
    const target = '@millwright/go, as a target of Nx';
    const generate = [this.nx, 'run', 'client:generate'];
    rmSync(join(this.folder, '.nx/cache'), { recursive: true, force: true });
    this.add(target, 'with build, vet and test -c', this.cost(generate));
    this.add(target, 'cached', this.cost(generate));
  }

  series(document: string): OpenapiSeries[] {
    return [...this.costs].map(([name, steps]) => ({
      name,
      document,
      seconds: Object.fromEntries(
        [...steps].map(([step, costs]) => [step, costs.map(({ seconds }) => seconds)]),
      ),
      memory: Object.fromEntries(
        [...steps].map(([step, costs]) => [step, Math.max(...costs.map(({ megabytes }) => megabytes))]),
      ),
    }));
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Runs the steps of Windmill's script, one process each. */
  private upstream(): void {
    const [bundled, edited, code] = ['bundle.json', 'openapi.json', 'client.go'].map(
      (name) => `upstream-${name}`,
    );
    const shell = (script: string) => ['sh', '-c', script];
    const bundle = this.cost([this.redocly, 'bundle', specPath, '--ext', 'json', '-o', bundled ?? '']);
    const jq = this.cost(shell(`jq '${deletions}' ${bundled ?? ''} > ${edited ?? ''}`));
    const flags = '-old-config-style -package=client -generate=types,client';
    const generate = this.cost(shell(`${this.upstreamGenerator} ${flags} ${edited ?? ''} > ${code ?? ''}`));
    this.add(upstreamSteps, 'bundle', together(bundle, jq));
    this.add(upstreamSteps, 'bundle to code', together(bundle, jq, generate));
  }

  private ours(name: string, version: string): void {
    const worker = ['node', join(import.meta.dirname, 'worker.mjs')];
    const rest = [this.folder, specPath, overlayPath, version, join(this.folder, 'ours')];
    const run = (mode: string) => this.cost([...worker, mode, ...rest]);
    this.add(name, 'bundle', run('bundle'));
    this.add(name, 'bundle to code', run('generate'));
  }

  private get nx(): string {
    return join(repository, 'node_modules/.bin/nx');
  }

  private add(name: string, step: OpenapiStep, cost: Cost): void {
    const steps = this.costs.get(name) ?? new Map<OpenapiStep, Cost[]>();
    this.costs.set(name, steps.set(step, [...(steps.get(step) ?? []), cost]));
  }

  /** @throws Error if the command fails, because its time would be meaningless */
  private cost(command: readonly string[]): Cost {
    const record = join(this.folder, 'peak');
    const gnuTime = '/usr/bin/time';
    const measured = existsSync(gnuTime) ? [gnuTime, '-f', '%M', '-o', record, ...command] : command;
    const { seconds, failed, output } = timed(measured, this.folder, this.env);
    if (failed) throw new Error(`${command.join(' ')} failed: ${lastLines(output)}`);
    return { seconds, megabytes: existsSync(record) ? Number(readFileSync(record, 'utf8')) / 1024 : NaN };
  }

  private write(path: string, text: string): void {
    mkdirSync(dirname(join(this.folder, path)), { recursive: true });
    writeFileSync(join(this.folder, path), text);
  }
}

function together(...costs: readonly Cost[]): Cost {
  return {
    seconds: costs.reduce((sum, { seconds }) => sum + seconds, 0),
    megabytes: Math.max(...costs.map(({ megabytes }) => megabytes)),
  };
}
