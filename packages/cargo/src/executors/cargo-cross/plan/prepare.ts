import { dirname, join, relative } from 'node:path';
import { hostPlatform, onPath, platformInfo, platformOfTriple, tripleOf } from '@millwright/toolkit';
import { auditableVariables } from './auditable.js';
import { checkPlace } from './place.js';
import { privateServer } from '../../../toolchain/compiler-cache.js';
import { checkTarget } from '../../../toolchain/target-forms.js';
import { configuresStandard } from '../../../toolchain/configured-targets.js';
import {
  cargoConfigFiles,
  cargoConfigValue,
  commandFolderOf,
  readConfig,
} from '../../../toolchain/cargo-config.js';
import { checkConfiguredLinker, configuredLinker } from '../../../toolchain/configured-linker.js';
import { chooseLinker, findLinkerTools, rejectUnlinkableTarget } from '../../../toolchain/linkers.js';
import {
  hasStandardLibrary,
  locateToolchains,
  standardSources,
  type Toolchain,
  toolchainFor,
} from '../../../toolchain/locate.js';
import { toolchainFromVariables } from '../../../hashing/task-variables.js';
import { expandFeatures, type FeatureSet } from './features.js';
import { requestedJobs } from '../../../cargo-cli/jobs.js';
import { type CargoMetadata, cargoMetadata } from '../../../cargo-cli/metadata.js';
import type { BuildRequest } from './request.js';
import type { CargoCrossOptions } from '../../../options/build-options.js';
import { cargoHomeOf } from '../../../toolchain/cargo-home.js';
import { checkProfile } from './profiles.js';
import { skipTargetsMissingFeatures } from './required-features.js';
import { checkRustVersion } from '../../../toolchain/rust-version.js';
import { settingsFor } from '../../../toolchain/settings.js';
import { checksQueriesOffline } from '../../../toolchain/sqlx.js';
import type { BuildTask } from './build-task.js';
import { checkFeatures, localFolders, packageOf, requestedTargets } from '../../../cargo-cli/packages.js';

/** Resolves everything that a build requires, and rejects impossible builds before compiling. */
export class Preparation {
  /** The key consists of the task options that affect `cargo metadata`. */
  private readonly metadataByOptions = new Map<string, CargoMetadata[]>();

  /** @param repositoryRoot the Nx workspace's folder, absolute */
  constructor(private readonly repositoryRoot: string) {}

  /**
   * @param set the set of features to build
   * @throws MillwrightError if the platform, a feature, a binary, the toolchain or the linker is invalid or missing
   */
  async prepare(task: BuildTask, set: FeatureSet): Promise<BuildRequest> {
    const { id: taskId, project, folder, options } = task;
    const env = { ...process.env, ...options.env };
    const ownManifest = join(folder, 'Cargo.toml');
    checkTarget(options.target, ownManifest, relative(this.repositoryRoot, ownManifest));
    const triple = tripleFor(options);
    const located = () => locateToolchains(folder, env, options.toolchain);
    const metadata = await this.metadataOf(
      folder,
      () => located().candidates[0] ?? toolchainFor(triple, located()),
      options,
    );
    const pkg = packageOf(metadata, folder);
    const features = await expandFeatures(set, folder, env);
    checkFeatures(pkg, features.features);
    const targets = requestedTargets(pkg, options.bins);
    const runsIn = commandFolderOf(folder, metadata.workspace_root);
    const files = cargoConfigFiles(runsIn, env);
    const configs = files.map(readConfig);
    const manifest = readConfig(join(metadata.workspace_root, 'Cargo.toml'));
    checkProfile(options.profile, [manifest, ...configs], env);
    const platform =
      options.target === undefined
        ? platformInfo(options.platform ?? hostPlatform().platform)
        : platformOfTriple(triple);
    checkPlace(task, { platform, triple, targets }, this.repositoryRoot);
    const workspace = relative(this.repositoryRoot, metadata.workspace_root) || '.';
    const hashed =
      options.toolchain === undefined ? toolchainFromVariables(workspace, triple, env) : undefined;
    const own = configuredLinker(triple, env, configs);
    const tools = findLinkerTools(triple, env);
    rejectUnlinkableTarget(
      { triple, configured: own.program !== undefined },
      tripleOf(hostPlatform().platform),
      tools,
    );
    const toolchain = hashed ?? toolchainFor(triple, located());
    if (!options.args.includes('--ignore-rust-version'))
      await checkRustVersion(
        { package: pkg.name, rustVersion: pkg.rust_version ?? undefined },
        toolchain,
        env,
      );
    // If cargo's configuration sets build-std, cargo builds the standard library without our arguments.
    const buildsStandard = !configuresStandard(configs, toolchain) && !hasStandardLibrary(toolchain, triple);
    const linker = chooseLinker(
      {
        triple,
        buildsStandard,
        requested: options.linker,
        ...(options.glibc === undefined ? {} : { glibc: options.glibc }),
        configured: own.program !== undefined,
        nameHost:
          env.CARGO_BUILD_TARGET !== undefined || cargoConfigValue(files, ['build', 'target']) !== undefined,
      },
      toolchain,
      tools,
    );
    if (linker.strategy === 'configured' || linker.strategy === 'native')
      checkConfiguredLinker(own, (program) => onPath(program, env).length > 0);
    const [sccache] = onPath('sccache', env);
    const settings = settingsFor({
      profile: options.profile,
      triple,
      isHost: triple === toolchain.host,
      standardSources: buildsStandard ? dirname(standardSources(toolchain)) : undefined,
      sqlxOffline: checksQueriesOffline(
        options.sqlxOffline,
        [metadata.workspace_root, ...localFolders(metadata, pkg)],
        env,
      ),
      env,
      manifest,
      configs,
      repositoryRoot: this.repositoryRoot,
      cargoHome: cargoHomeOf(env),
      targetDirectory: metadata.target_directory,
      sccache,
      sccacheServer: sccache === undefined ? {} : privateServer(env),
      flagsByEnvironment: linker.program !== undefined,
    });
    const request: BuildRequest = {
      taskId,
      project,
      folder,
      commandFolder: runsIn,
      options,
      features,
      metadata,
      package: pkg,
      targets,
      skippedTargets: [],
      outputs: task.outputs,
      triple,
      platform,
      toolchain,
      linker,
      settings: options.auditable
        ? {
            ...settings,
            env: { ...settings.env, ...auditableVariables({ args: options.args, env, configs }) },
          }
        : settings,
      requestedJobs: requestedJobs(options.args, env, cargoConfigValue(files, ['build', 'jobs'])),
    };
    return skipTargetsMissingFeatures(request);
  }

  /** Runs `cargo metadata` once per workspace, not once per task. */
  private async metadataOf(
    folder: string,
    toolchain: () => Toolchain,
    { env, args }: CargoCrossOptions,
  ): Promise<CargoMetadata> {
    const key = JSON.stringify([Object.entries(env).sort(), args]);
    const known = this.metadataByOptions.get(key) ?? [];
    const found = known.find((metadata) =>
      metadata.packages.some((pkg) => pkg.manifest_path === `${folder}/Cargo.toml`),
    );
    if (found) return found;
    const metadata = await cargoMetadata(folder, toolchain(), { env, args });
    this.metadataByOptions.set(key, [...known, metadata]);
    return metadata;
  }
}

/** Returns the target triple that a build's options request. */
export function tripleFor(options: Pick<CargoCrossOptions, 'target' | 'platform' | 'libc'>): string {
  return options.target ?? tripleOf(options.platform ?? hostPlatform().platform, options.libc);
}
