import { availableParallelism } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { availableMemory, formatSize, gitRevision, type MillwrightError } from '@millwright/toolkit';
import { type PlacedArtifact, removeObsoleteArtifacts } from '@millwright/artifacts';
import { ArtifactCollector, missingLibraryNote } from './artifact-collector.js';
import { CompiledUnits } from './compiled-units.js';
import { BuildReads } from '../../../cargo-cli/build-reads.js';
import { cargoBuild, type CargoBuildResult, type UsageSoFar } from '../../../cargo-cli/cargo-build.js';
import { type CacheCounts, cacheCounts, countsSince } from '../../../toolchain/compiler-cache.js';
import { Diagnostics } from '../../../cargo-cli/diagnostics.js';
import { listUnreachable } from '../../../preflight/unreachable.js';
import { explainFailure } from '../../../cargo-cli/explain.js';
import { failureOf } from './failure.js';
import { buildFresh, type FreshBuild } from '../../../hashing/freshness.js';
import { formatRemoved, placeArtifact, type PlacementFacts } from './place-artifact.js';
import { jobsFor, wasKilled, withJobs } from '../../../cargo-cli/jobs.js';
import { type BuildMetrics, formatHits, formatMetrics } from './metrics.js';
import type { CargoInvocation } from '../plan/invocation.js';
import { Progress } from '../../../cargo-cli/progress.js';
import { formatSkippedTargets } from '../plan/required-features.js';
import type { BuildRequest } from '../plan/request.js';
import { inputNotes, inputsOf } from './request-inputs.js';
import { describeLinking, describeTools, labelOf } from './labels.js';
import type { InvocationEnvironment } from './invocation-environment.js';

/** Runs one cargo that builds several requests; retries once with fewer jobs if a compiler is killed. */
export class InvocationRun {
  private readonly startTime = Date.now();
  private readonly progress: Progress;
  private readonly diagnostics: Diagnostics;
  private readonly reads: BuildReads;
  private readonly pending: Map<BuildRequest, ArtifactCollector>;
  private readonly placing: Promise<void>[] = [];
  /** The commits of the crates' sources, by folder: a crate can be in a submodule. */
  private readonly revisions = new Map<string, Promise<string | undefined>>();
  private readonly units: CompiledUnits;
  private cacheBefore: CacheCounts | undefined;
  private usage: UsageSoFar = () => undefined;
  private compiled = 0;
  private fresh = 0;

  constructor(
    private readonly invocation: CargoInvocation,
    private readonly environment: InvocationEnvironment,
  ) {
    this.diagnostics = new Diagnostics(environment.shownDiagnostics);
    this.progress = new Progress(labelOf(invocation.requests), environment.output);
    this.units = new CompiledUnits(invocation, environment.repositoryRoot);
    this.reads = new BuildReads(invocation.requests[0].metadata);
    this.pending = new Map(invocation.requests.map((request) => [request, new ArtifactCollector(request)]));
    for (const { folder } of invocation.requests)
      if (!this.revisions.has(folder)) this.revisions.set(folder, gitRevision(folder));
  }

  /** @returns what the cargo took */
  async run(): Promise<BuildMetrics> {
    const { progress, environment } = this;
    const { requests } = this.invocation;
    progress.print(`${labelOf(requests)}: ${describeTools(requests)}`);
    for (const line of requests.flatMap(formatSkippedTargets)) progress.print(line);
    await this.startCacheStatistics();
    const result = await buildFresh(
      freshBuildOf(this.invocation),
      environment.crates,
      environment.repositoryRoot,
      () => {
        progress.print('waiting for another build in the same target folder (up to two hours)');
      },
      (unreportedReads) => this.buildWithRetry(unreportedReads),
      ({ root }) =>
        this.reads
          .readsOf([join(environment.repositoryRoot, root)])
          .files.map((file) => resolve(this.invocation.shape.workspaceRoot, file)),
    );
    await Promise.all(this.placing);
    const cause = await this.findCause(result);
    const metrics = await this.metrics();
    progress.finish([result.succeeded ? 'built' : 'failed', ...formatHits(metrics)].join(', '));
    if (this.verbose) progress.print(formatMetrics(metrics));
    const { diagnostics } = this;
    for (const request of this.pending.keys())
      environment.onResult({
        request,
        ...failureOf(request, { ...result, cause, diagnostics }, environment.dependsOn),
      });
    return metrics;
  }

  /** cargo's output is shared by all requests, so one verbose task makes the whole invocation verbose. */
  private get verbose(): boolean {
    return this.environment.verbose || this.invocation.requests.some(({ options }) => options.verbose);
  }

  /** Checks that sccache responds: a server of another version, or one that hangs, would block every compiler. */
  private async startCacheStatistics(): Promise<void> {
    const { sccache } = this.invocation.shape;
    if (sccache === null) return;
    this.cacheBefore = await cacheCounts(sccache, this.invocation.env);
    if (this.cacheBefore === undefined) this.progress.print('sccache is not responding; building without it');
  }

  /** Retries with half the jobs if the system killed a compiler, probably because memory ran out. */
  private async buildWithRetry(unreportedReads: string): Promise<CargoBuildResult> {
    const cores = availableParallelism();
    const { requestedJobs } = this.invocation.shape;
    const jobs = requestedJobs === null ? jobsFor(cores, availableMemory()) : undefined;
    if (jobs !== undefined) this.progress.print(`using ${jobs} of ${cores} cores, because memory is limited`);
    const { args } = this.invocation;
    const result = await this.build(jobs === undefined ? args : withJobs(args, jobs), unreportedReads);
    if (result.succeeded || !wasKilled(result.log, result.signal)) return result;
    const fewer = Math.max(1, Math.floor((requestedJobs ?? jobs ?? cores) / 2));
    this.progress.print(
      `a compiler was killed, probably because memory ran out; retrying with ${fewer} ${fewer === 1 ? 'job' : 'jobs'}`,
    );
    return this.build(withJobs(args, fewer), unreportedReads);
  }

  private build(args: readonly string[], unreportedReads: string): Promise<CargoBuildResult> {
    const env = this.cacheVariables(unreportedReads);
    return cargoBuild(
      { ...this.invocation, args, env: { ...this.invocation.env, ...env } },
      this.progress,
      {
        onArtifact: (message) => {
          if (message.fresh) this.fresh += 1;
          else this.compiled += 1;
          this.units.start();
          this.reads.addUnit(message);
          for (const [request, artifactCollector] of this.pending) {
            const files = artifactCollector.add(message);
            if (!files) continue;
            this.pending.delete(request);
            this.placing.push(this.finish(request, files));
          }
        },
        onBuildScript: (message) => {
          this.reads.addBuildScript(message);
        },
        onDiagnostic: (message) => {
          this.diagnostics.add(message);
        },
      },
      this.verbose,
      (usage) => {
        this.usage = usage;
      },
    );
  }

  private cacheVariables(unreportedReads: string): Readonly<Record<string, string>> {
    if (this.invocation.shape.sccache === null) return {};
    // sccache includes CARGO_* variables in its keys, so this adds the reads that it cannot detect itself.
    return this.cacheBefore === undefined
      ? { RUSTC_WRAPPER: '' }
      : { CARGO_MILLWRIGHT_STATE: unreportedReads };
  }

  private async finish(request: BuildRequest, files: readonly string[]): Promise<void> {
    const { environment } = this;
    try {
      const observed = await inputsOf(request, this.reads, environment);
      const notes = inputNotes(request, observed, environment);
      for (const note of notes) this.progress.print(note);
      const facts: PlacementFacts = {
        revision: await this.revisions.get(request.folder),
        metrics: await this.metrics(),
        fallbackFrom: environment.fallbackFrom(request.taskId),
        task: environment.taskNameOf(request.taskId),
      };
      const absence = missingLibraryNote(request, files);
      const lines = [...(absence === undefined ? [] : [absence]), ...formatSkippedTargets(request)];
      const artifacts: PlacedArtifact[] = [];
      for (const file of files) {
        const units = await this.units.of(request, file);
        const placed = await placeArtifact(file, request, environment, {
          ...facts,
          inputs: observed.record,
          units,
        });
        const path = relative(environment.repositoryRoot, placed.path);
        artifacts.push(placed);
        lines.push(`${path}  ${formatSize(placed.size)}  sha256 ${placed.sha256}`);
      }
      const removed = await removeObsoleteArtifacts(
        environment.repositoryRoot,
        request.outputs,
        artifacts.map(({ path }) => relative(environment.repositoryRoot, path)),
        request.project,
      );
      lines.push(...removed.map(formatRemoved));
      const warnings = this.diagnostics.takeRendered(request.package.id);
      const text = [...notes, describeLinking(request), ...lines].join('\n');
      environment.onResult({ request, text: `${warnings}${text}\n`, artifacts });
    } catch (error) {
      environment.onResult({ request, error, shown: '' });
    }
  }

  private async metrics(): Promise<BuildMetrics> {
    const { sccache } = this.invocation.shape;
    return {
      wallMilliseconds: Date.now() - this.startTime,
      usage: this.usage(),
      compiled: this.compiled,
      fresh: this.fresh,
      cache:
        sccache === null || this.cacheBefore === undefined
          ? undefined
          : countsSince(this.cacheBefore, await cacheCounts(sccache, this.invocation.env)),
    };
  }

  /** Derives the cause of the failure from cargo's output. */
  private findCause({ log }: CargoBuildResult): Promise<MillwrightError> {
    const env = { ...process.env, ...this.invocation.env };
    return listUnreachable(explainFailure(log), this.invocation.cwd, env);
  }
}

/** Returns the facts that decide which crates are up to date for an invocation. */
function freshBuildOf({ shape, requests }: CargoInvocation): FreshBuild {
  const { metadata } = requests[0];
  return {
    workspaceRoot: shape.workspaceRoot,
    buildFolder: metadata.build_directory ?? metadata.target_directory,
    profile: shape.profile,
    env: Object.fromEntries(shape.taskVariables),
    requestedToolchain: shape.requestedToolchain,
    folders: requests.map(({ folder }) => folder),
    targets: requests.map(({ triple, linker }) => ({ triple, isNamed: linker.target !== undefined })),
  };
}
