import { availableParallelism } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { availableMemory, formatSize, gitRevision, type MillwrightError } from '@millwright/toolkit';
import { type PlacedArtifact, removeUnmade } from '@millwright/artifacts';
import type { LocalCrates } from '../../../hashing/local-crates.js';
import type { DeclaredInputs } from '../../../source-scan/undeclared.js';
import { ArtifactCollector, leftOut } from './artifact-collector.js';
import { BuildReads } from '../../../cargo-cli/build-reads.js';
import { cargoBuild, type CargoBuildResult, type UsageSoFar } from '../../../cargo-cli/cargo-build.js';
import { type CacheCounts, cacheCounts, countsSince } from '../../../toolchain/compiler-cache.js';
import { Diagnostics } from '../../../cargo-cli/diagnostics.js';
import { type EditedFiles, reportEdited } from '../../../hashing/edited-files.js';
import { nameUnreachable } from '../../../preflight/unreachable.js';
import { explainFailure } from '../../../cargo-cli/explain.js';
import { failureOf } from './failure.js';
import { buildFresh, type FreshBuild } from '../../../hashing/freshness.js';
import { formatRemoved, handOver, type HandOverFacts, type HandOverWorkspace } from './hand-over.js';
import { jobsFor, wasKilled, withJobs } from '../../../cargo-cli/jobs.js';
import { type BuildMetrics, formatHits, formatMetrics } from './metrics.js';
import type { CargoInvocation } from '../plan/invocation.js';
import { Progress, type ProgressOutput } from '../../../cargo-cli/progress.js';
import { formatLeftOff } from '../plan/required-features.js';
import { type BuildRequest, platformOf } from '../plan/request.js';
import { type ObservedInputs, observedInputs } from '../../../hashing/observed-inputs.js';
import { declarationOf, reportInputs } from '../../../hashing/report-inputs.js';

/** What became of one request. */
export type RequestResult =
  | { readonly request: BuildRequest; readonly text: string; readonly artifacts: readonly PlacedArtifact[] }
  | { readonly request: BuildRequest; readonly error: unknown; readonly shown: string };

export interface InvocationEnvironment extends HandOverWorkspace {
  readonly output: ProgressOutput;
  readonly verbose: boolean;
  readonly crates: LocalCrates;
  readonly editing: EditedFiles;
  /** What a task declares as its inputs; undefined where that is not known. */
  declaredBy(taskId: string): DeclaredInputs | undefined;
  /** The variable in a task's inputs that stands for undeclared ones. */
  inputsVariableOf(taskId: string): string;
  /** Whether the crate of one folder depends on the crate of another, by the project graph. */
  readonly dependsOn: (folder: string, on: string) => boolean;
  /** The diagnostics that this run has shown. */
  readonly shownDiagnostics: Set<string>;
  /** The sets of features that a task could not be built with before. */
  fallbackFrom(taskId: string): HandOverFacts['fallbackFrom'];
  /** Called once per request, when it succeeds or fails. */
  onResult(result: RequestResult): void;
}

/** One cargo that builds several requests, and again with fewer jobs where a compiler is killed. */
export class InvocationRun {
  private readonly startTime = Date.now();
  private readonly progress: Progress;
  private readonly diagnostics: Diagnostics;
  private readonly reads: BuildReads;
  private readonly pending: Map<BuildRequest, ArtifactCollector>;
  private readonly handingOver: Promise<void>[] = [];
  /** The commits of the crates' sources, by folder: parts of a workspace may have repositories of their own. */
  private readonly revisions = new Map<string, Promise<string | undefined>>();
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
    this.reads = new BuildReads(invocation.requests[0].metadata);
    this.pending = new Map(invocation.requests.map((request) => [request, new ArtifactCollector(request)]));
    for (const { folder } of invocation.requests)
      if (!this.revisions.has(folder)) this.revisions.set(folder, gitRevision(folder));
  }

  async run(): Promise<void> {
    const { progress, environment } = this;
    const { requests } = this.invocation;
    progress.say(`${labelOf(requests)}: ${means(requests)}`);
    for (const line of requests.flatMap(formatLeftOff)) progress.say(line);
    await this.askCache();
    const result = await buildFresh(
      freshBuildOf(this.invocation),
      environment.crates,
      environment.repositoryRoot,
      () => {
        progress.say('waiting for another build of the same target folder, for two hours at most');
      },
      (unreportedReads) => this.buildWithRetry(unreportedReads),
      ({ root }) =>
        this.reads
          .of([join(environment.repositoryRoot, root)])
          .files.map((file) => resolve(this.invocation.cwd, file)),
    );
    await Promise.all(this.handingOver);
    const cause = await this.causeOf(result);
    const metrics = await this.metrics();
    progress.finish([result.succeeded ? 'built' : 'failed', ...formatHits(metrics)].join(', '));
    if (this.verbose) progress.say(formatMetrics(metrics));
    const { diagnostics } = this;
    for (const request of this.pending.keys())
      environment.onResult({
        request,
        ...failureOf(request, { ...result, cause, diagnostics }, environment.dependsOn),
      });
  }

  /** One cargo has one output: a task that wants to see it shows it to all. */
  private get verbose(): boolean {
    return this.environment.verbose || this.invocation.requests.some(({ options }) => options.verbose);
  }

  /** A server of another version, or one that hangs, would hold every compiler up. */
  private async askCache(): Promise<void> {
    const { sccache } = this.invocation.shape;
    if (sccache === null) return;
    this.cacheBefore = await cacheCounts(sccache);
    if (this.cacheBefore === undefined) this.progress.say('sccache does not answer: building without it');
  }

  /** A compiler that the system kills for want of memory gets a second chance with half the jobs. */
  private async buildWithRetry(unreportedReads: string): Promise<CargoBuildResult> {
    const cores = availableParallelism();
    const { jobsAsked } = this.invocation.shape;
    const fitting = jobsAsked === null ? jobsFor(cores, availableMemory()) : undefined;
    if (fitting !== undefined) this.progress.say(`${fitting} jobs on ${cores} cores, as memory allows`);
    const { args } = this.invocation;
    const result = await this.build(fitting === undefined ? args : withJobs(args, fitting), unreportedReads);
    if (result.succeeded || !wasKilled(result.log, result.signal)) return result;
    const fewer = Math.max(1, Math.floor((jobsAsked ?? fitting ?? cores) / 2));
    this.progress.say(
      `a compiler was killed, probably because memory ran out: trying again with ${fewer} ${fewer === 1 ? 'job' : 'jobs'}`,
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
          this.reads.addUnit(message);
          for (const [request, artifactCollector] of this.pending) {
            const files = artifactCollector.add(message);
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
      this.verbose,
      (usage) => {
        this.usage = usage;
      },
    );
  }

  private cacheVariables(unreportedReads: string): Readonly<Record<string, string>> {
    if (this.invocation.shape.sccache === null) return {};
    // sccache tells crates apart by cargo's variables too, and so learns what it cannot see.
    return this.cacheBefore === undefined
      ? { RUSTC_WRAPPER: '' }
      : { CARGO_MILLWRIGHT_STATE: unreportedReads };
  }

  private async finish(request: BuildRequest, files: readonly string[]): Promise<void> {
    const { environment } = this;
    try {
      const observed = await this.inputsOf(request);
      const notes = this.notesOn(request, observed);
      for (const note of notes) this.progress.say(note);
      const facts: HandOverFacts = {
        revision: await this.revisions.get(request.folder),
        metrics: await this.metrics(),
        fallbackFrom: environment.fallbackFrom(request.taskId),
      };
      const absence = leftOut(request, files);
      const lines = [...(absence === undefined ? [] : [absence]), ...formatLeftOff(request)];
      const artifacts: PlacedArtifact[] = [];
      for (const file of files) {
        const placed = await handOver(file, request, environment, { ...facts, inputs: observed.record });
        const path = relative(environment.repositoryRoot, placed.path);
        artifacts.push(placed);
        lines.push(`${path}  ${formatSize(placed.size)}  sha256 ${placed.sha256}`);
      }
      const removed = await removeUnmade(
        environment.repositoryRoot,
        request.outputs,
        artifacts.map(({ path }) => relative(environment.repositoryRoot, path)),
        request.project,
      );
      lines.push(...removed.map(formatRemoved));
      const warnings = this.diagnostics.take(request.package.id);
      const said = [...notes, howBuilt(request), ...lines];
      environment.onResult({ request, text: `${warnings}${said.join('\n')}\n`, artifacts });
    } catch (error) {
      environment.onResult({ request, error, shown: '' });
    }
  }

  private async inputsOf(request: BuildRequest): Promise<ObservedInputs> {
    const { environment } = this;
    const declared = environment.declaredBy(request.taskId);
    const variable = environment.inputsVariableOf(request.taskId);
    if (declared === undefined)
      return { record: { variable, under: '', inputs: [] }, undeclared: [], edited: [] };
    const { metadata, toolchain, options } = request;
    const folder = this.folderOf(request);
    return observedInputs(
      this.reads,
      { folder, variable, declared, env: options.env, metadata, toolchain },
      environment.crates.closureOf([folder]),
      environment.crates,
      environment.editing,
      environment.repositoryRoot,
    );
  }

  /**
   * What is to be said of a request that was built from undeclared inputs, or while files were edited.
   * @throws MillwrightError INPUT_UNDECLARED where the task is strict
   */
  private notesOn(request: BuildRequest, { record, undeclared, edited }: ObservedInputs): string[] {
    const { environment } = this;
    const folder = this.folderOf(request);
    const { name } = request.package;
    const said = reportInputs(undeclared, {
      name,
      folder,
      crates: environment.crates.closureOf([folder]).map(({ root }) => root),
      ...declarationOf(folder, environment.repositoryRoot),
      hashed: environment.declaredBy(request.taskId)?.hasVariable(record.variable) === true,
      strict: request.options.strictInputs,
    });
    return [said, reportEdited(name, edited)].filter((line) => line !== undefined);
  }

  /** Relative to the Nx workspace. */
  private folderOf({ folder }: BuildRequest): string {
    return relative(this.environment.repositoryRoot, folder) || '.';
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
          : countsSince(this.cacheBefore, await cacheCounts(sccache)),
    };
  }

  /** Why cargo failed by itself, as far as its words tell. */
  private causeOf({ log }: CargoBuildResult): Promise<MillwrightError> {
    const env = { ...process.env, ...this.invocation.env };
    return nameUnreachable(explainFailure(log), this.invocation.cwd, env);
  }
}

/** How a request is linked, and where its standard library comes from. */
function howBuilt({ linker, settings }: BuildRequest): string {
  const builds = settings.args.some((arg) => arg.startsWith('-Zbuild-std'));
  return `${linker.description}${builds ? ', the standard library from source' : ''}`;
}

/** What decides what is fresh for an invocation. */
function freshBuildOf({ shape, requests }: CargoInvocation): FreshBuild {
  const { metadata } = requests[0];
  return {
    workspaceRoot: shape.workspaceRoot,
    buildFolder: metadata.build_directory ?? metadata.target_directory,
    profile: shape.profile,
    env: Object.fromEntries(shape.taskVariables),
    askedToolchain: shape.askedToolchain,
    folders: requests.map(({ folder }) => folder),
    targets: requests.map(({ triple, linker }) => ({ triple, isNamed: linker.target !== undefined })),
  };
}

/** What compiles and what links, each way of linking once. */
function means(requests: CargoInvocation['requests']): string {
  const linkers = new Set(requests.map(({ linker }) => linker.description));
  return [requests[0].toolchain.name, ...linkers].join(', ');
}

function labelOf(requests: readonly BuildRequest[]): string {
  const names = [...new Set(requests.map((request) => request.package.name))].sort();
  const platforms = [...new Set(requests.map(platformOf))].sort();
  const shown =
    names.length > 4 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');
  return `${shown} for ${platforms.join(', ')}`;
}
