import { availableParallelism } from 'node:os';
import { relative } from 'node:path';
import { availableMemory, formatSize, gitRevision, type MillwrightError } from '@millwright/toolkit';
import type { LocalCrates } from '../../freshness/local-crates.js';
import type { DeclaredInputs } from '../../graph/sources/undeclared.js';
import { Arrivals, leftOut } from './arrivals.js';
import { BuildReads } from './build-reads.js';
import { cargoBuild, type CargoBuildResult, type UsageSoFar } from './cargo-build.js';
import { type CacheCounts, cacheCounts, countsSince } from './compiler-cache.js';
import { Diagnostics } from './diagnostics.js';
import { nameUnreachable } from '../../preflight/unreachable.js';
import { explainFailure } from './explain.js';
import { failureOf } from './failure.js';
import { buildFresh } from './freshness.js';
import { handOver, type HandOverFacts } from './hand-over.js';
import { jobsFor, wasKilled, withJobs } from './jobs.js';
import { type BuildMetrics, formatHits, formatMetrics } from './metrics.js';
import type { Invocation } from './plan.js';
import { Progress, type ProgressOutput } from './progress.js';
import { type BuildRequest, platformOf } from './request.js';
import { reportUndeclared, undeclaredReads } from './undeclared-reads.js';

/** What became of one request. */
export type RequestResult =
  | { readonly request: BuildRequest; readonly text: string }
  | { readonly request: BuildRequest; readonly error: unknown; readonly shown: string };

export interface InvocationEnvironment {
  /** The Nx workspace's folder, absolute. */
  readonly repositoryRoot: string;
  readonly output: ProgressOutput;
  readonly verbose: boolean;
  readonly crates: LocalCrates;
  /** What a task declares as its inputs; undefined where that is not known. */
  declaredBy(taskId: string): DeclaredInputs | undefined;
  /** Whether the crate of one folder depends on the crate of another, by the project graph. */
  readonly dependsOn: (folder: string, on: string) => boolean;
  /** The sets of features that a task could not be built with before. */
  fallbackFrom(taskId: string): HandOverFacts['fallbackFrom'];
  /** Is told of each request once, as soon as its fate is known. */
  onResult(result: RequestResult): void;
}

/** One cargo that builds several requests, and again with fewer jobs where a compiler is killed. */
export class InvocationRun {
  private readonly startTime = Date.now();
  private readonly progress: Progress;
  private readonly diagnostics = new Diagnostics();
  private readonly reads = new BuildReads();
  private readonly pending: Map<BuildRequest, Arrivals>;
  private readonly handingOver: Promise<void>[] = [];
  private readonly revision: Promise<string | undefined>;
  private cacheBefore: CacheCounts | undefined;
  private usage: UsageSoFar = () => undefined;
  private compiled = 0;
  private fresh = 0;

  constructor(
    private readonly invocation: Invocation,
    private readonly environment: InvocationEnvironment,
  ) {
    this.progress = new Progress(labelOf(invocation.requests), environment.output);
    this.pending = new Map(invocation.requests.map((request) => [request, new Arrivals(request)]));
    this.revision = gitRevision(this.first.folder);
  }

  async run(): Promise<void> {
    const { progress, environment, first } = this;
    progress.say(
      `${labelOf(this.invocation.requests)}: ${first.toolchain.name}, ${first.linker.description}`,
    );
    await this.askCache();
    const result = await buildFresh(
      this.invocation.requests,
      environment.crates,
      environment.repositoryRoot,
      () => {
        progress.say('waiting for another build of the same target folder');
      },
      (silent) => this.buildWithRetry(silent),
    );
    await Promise.all(this.handingOver);
    const cause = await this.causeOf(result);
    const metrics = await this.metrics();
    progress.finish([result.succeeded ? 'built' : 'failed', ...formatHits(metrics)].join(', '));
    if (environment.verbose) progress.say(formatMetrics(metrics));
    const { diagnostics } = this;
    for (const request of this.pending.keys())
      environment.onResult({
        request,
        ...failureOf(request, { ...result, cause, diagnostics }, environment.dependsOn),
      });
  }

  /** A server of another version, or one that hangs, would hold every compiler up. */
  private async askCache(): Promise<void> {
    const { sccache } = this.first.settings;
    if (sccache === undefined) return;
    this.cacheBefore = await cacheCounts(sccache);
    if (this.cacheBefore === undefined) this.progress.say('sccache does not answer: building without it');
  }

  private get first(): BuildRequest {
    return this.invocation.requests[0];
  }

  /** A compiler that the system kills for want of memory gets a second chance with half the jobs. */
  private async buildWithRetry(silent: string): Promise<CargoBuildResult> {
    const cores = availableParallelism();
    const fitting = this.first.jobsAsked === undefined ? jobsFor(cores, availableMemory()) : undefined;
    if (fitting !== undefined) this.progress.say(`${fitting} jobs on ${cores} cores, as memory allows`);
    const { args } = this.invocation;
    const result = await this.build(fitting === undefined ? args : withJobs(args, fitting), silent);
    if (result.succeeded || !wasKilled(result.log, result.signal)) return result;
    const fewer = Math.max(1, Math.floor((this.first.jobsAsked ?? fitting ?? cores) / 2));
    this.progress.say(
      `a compiler was killed, most likely for want of memory: trying again with ${fewer} ${fewer === 1 ? 'job' : 'jobs'}`,
    );
    return this.build(withJobs(args, fewer), silent);
  }

  private build(args: readonly string[], silent: string): Promise<CargoBuildResult> {
    const env = this.cacheVariables(silent);
    return cargoBuild(
      { ...this.invocation, args, env: { ...this.invocation.env, ...env } },
      this.progress,
      {
        onArtifact: (message) => {
          if (message.fresh) this.fresh += 1;
          else this.compiled += 1;
          this.reads.addUnit(message);
          for (const [request, arrivals] of this.pending) {
            const files = arrivals.add(message);
            if (!files) continue;
            this.pending.delete(request);
            this.handingOver.push(this.finish(request, files));
          }
        },
        onBuildScript: (message) => {
          this.reads.addBuildScript(message);
        },
        onDiagnostic: (message) => {
          this.diagnostics.add(message);
        },
      },
      this.environment.verbose,
      (usage) => {
        this.usage = usage;
      },
    );
  }

  private cacheVariables(silent: string): Readonly<Record<string, string>> {
    if (this.first.settings.sccache === undefined) return {};
    // sccache tells crates apart by cargo's variables too, and so learns what it cannot see.
    return this.cacheBefore === undefined ? { RUSTC_WRAPPER: '' } : { CARGO_MILLWRIGHT_STATE: silent };
  }

  private async finish(request: BuildRequest, files: readonly string[]): Promise<void> {
    const { environment } = this;
    try {
      const warning = this.undeclaredBy(request);
      if (warning !== undefined) this.progress.say(warning);
      const facts: HandOverFacts = {
        revision: await this.revision,
        metrics: await this.metrics(),
        fallbackFrom: environment.fallbackFrom(request.taskId),
      };
      const absence = leftOut(request, files);
      const lines: string[] = absence === undefined ? [] : [absence];
      for (const file of files) {
        const placed = await handOver(file, request, environment.repositoryRoot, facts);
        const path = relative(environment.repositoryRoot, placed.path);
        lines.push(`${path}  ${formatSize(placed.size)}  sha256 ${placed.sha256}`);
      }
      const warnings = this.diagnostics.take(request.package.id);
      const said = [...(warning === undefined ? [] : [warning]), howBuilt(request), ...lines];
      environment.onResult({ request, text: `${warnings}${said.join('\n')}\n` });
    } catch (error) {
      environment.onResult({ request, error, shown: '' });
    }
  }

  /**
   * What is to be said of a request that was built from undeclared inputs.
   * @throws MillwrightError INPUT_UNDECLARED where the task is strict
   */
  private undeclaredBy(request: BuildRequest): string | undefined {
    const { environment } = this;
    const declared = environment.declaredBy(request.taskId);
    if (declared === undefined) return undefined;
    const folder = relative(environment.repositoryRoot, request.folder) || '.';
    const folders = environment.crates
      .closureOf([folder])
      .map(({ root }) =>
        root === '.' ? environment.repositoryRoot : `${environment.repositoryRoot}/${root}`,
      );
    const found = undeclaredReads(this.reads, folders, declared, request, environment.repositoryRoot);
    return reportUndeclared(found, request, environment.repositoryRoot);
  }

  private async metrics(): Promise<BuildMetrics> {
    const { sccache } = this.first.settings;
    return {
      wallMilliseconds: Date.now() - this.startTime,
      usage: this.usage(),
      compiled: this.compiled,
      fresh: this.fresh,
      cache:
        sccache === undefined || this.cacheBefore === undefined
          ? undefined
          : countsSince(this.cacheBefore, await cacheCounts(sccache)),
    };
  }

  /** Why cargo failed by itself, as far as its words tell. */
  private causeOf({ log }: CargoBuildResult): Promise<MillwrightError> {
    const env = { ...process.env, ...this.invocation.env };
    return nameUnreachable(explainFailure(log, false), this.first.metadata.workspace_root, env);
  }
}

/** How a request is linked, and where its standard library comes from. */
function howBuilt({ linker, settings }: BuildRequest): string {
  const builds = settings.args.some((arg) => arg.startsWith('-Zbuild-std'));
  return `${linker.description}${builds ? ', the standard library from source' : ''}`;
}

function labelOf(requests: readonly BuildRequest[]): string {
  const names = [...new Set(requests.map((request) => request.package.name))].sort();
  const platforms = [...new Set(requests.map(platformOf))].sort();
  const shown =
    names.length > 4 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');
  return `${shown} for ${platforms.join(', ')}`;
}
