import { homedir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { hostPlatform, onPath, platformInfo, platformOfTriple, tripleOf } from '@millwright/toolkit';
import { cargoConfigFiles, cargoConfigValue, readConfig } from '../../toolchain/cargo-config.js';
import { checkConfiguredLinker, configuredLinker } from '../../toolchain/configured-linker.js';
import { chooseLinker, findLinkerTools } from '../../toolchain/linkers.js';
import {
  hasStandardLibrary,
  locateToolchains,
  standardSources,
  type Toolchain,
  toolchainFor,
} from '../../toolchain/locate.js';
import { toolchainFromVariables } from '../../toolchain/task-variables.js';
import { expandFeatures, type FeatureSet } from './features.js';
import { jobsAsked } from './jobs.js';
import { type CargoMetadata, cargoMetadata } from './metadata.js';
import { type BuildRequest, checkFeatures, packageOf, wantedTargets } from './request.js';
import type { CargoCrossOptions } from './schema.js';
import { cargoHomeOf } from '../../toolchain/cargo-home.js';
import { settingsFor } from './settings.js';

/** Looks up all that a task's build needs, and refuses what cannot be built before anything is compiled. */
export class Preparation {
  private readonly known: CargoMetadata[] = [];

  /** @param repositoryRoot the Nx workspace's folder, absolute */
  constructor(private readonly repositoryRoot: string) {}

  /**
   * @param set the set of features to build
   * @throws MillwrightError with the code of what is wrong: a platform, feature, binary, toolchain or linker
   */
  async prepare(
    {
      id: taskId,
      folder,
      options,
    }: { readonly id: string; readonly folder: string; readonly options: CargoCrossOptions },
    set: FeatureSet,
  ): Promise<BuildRequest> {
    const env = { ...process.env, ...options.env };
    const triple = tripleFor(options);
    const located = () => locateToolchains(folder, env, options.toolchain);
    const metadata = await this.metadataOf(
      folder,
      () => located().candidates[0] ?? toolchainFor(triple, located()),
    );
    const pkg = packageOf(metadata, folder);
    const features = await expandFeatures(set, folder, env);
    checkFeatures(pkg, features.features);
    const targets = wantedTargets(pkg, options.bins);
    const workspace = relative(this.repositoryRoot, metadata.workspace_root) || '.';
    const hashed =
      options.toolchain === undefined ? toolchainFromVariables(workspace, triple, env) : undefined;
    const toolchain = hashed ?? toolchainFor(triple, located());
    const files = cargoConfigFiles(folder, env);
    const configs = files.map(readConfig);
    const own = configuredLinker(triple, env, configs);
    const buildsStandard = !hasStandardLibrary(toolchain, triple);
    const linker = chooseLinker(
      {
        triple,
        buildsStandard,
        wanted: options.linker,
        ...(options.glibc === undefined ? {} : { glibc: options.glibc }),
        configured: own.program !== undefined,
        nameHost:
          env.CARGO_BUILD_TARGET !== undefined || cargoConfigValue(files, ['build', 'target']) !== undefined,
      },
      toolchain,
      findLinkerTools(triple, env),
    );
    if (linker.strategy === 'configured' || linker.strategy === 'native')
      checkConfiguredLinker(own, (program) => onPath(program, env).length > 0);
    return {
      taskId,
      folder,
      options,
      features,
      metadata,
      package: pkg,
      targets,
      triple,
      platform:
        options.target === undefined
          ? platformInfo(options.platform ?? hostPlatform().platform)
          : platformOfTriple(triple),
      toolchain,
      linker,
      settings: settingsFor({
        profile: options.profile,
        triple,
        isHost: triple === toolchain.host,
        standardSources: buildsStandard ? dirname(standardSources(toolchain)) : undefined,
        sqlxOffline: options.sqlxOffline,
        env,
        manifest: readConfig(join(metadata.workspace_root, 'Cargo.toml')),
        configs,
        repositoryRoot: this.repositoryRoot,
        cargoHome: cargoHomeOf(env, homedir()),
        targetDirectory: metadata.target_directory,
        sccache: onPath('sccache', env)[0],
        flagsByEnvironment: linker.program !== undefined,
      }),
      jobsAsked: jobsAsked(options.args, env, cargoConfigValue(files, ['build', 'jobs'])),
    };
  }

  /** cargo is asked once per workspace, not once per task. */
  private async metadataOf(folder: string, toolchain: () => Toolchain): Promise<CargoMetadata> {
    const isMember = (metadata: CargoMetadata) =>
      metadata.packages.some((pkg) => pkg.manifest_path === `${folder}/Cargo.toml`);
    const found = this.known.find(isMember);
    if (found) return found;
    const metadata = await cargoMetadata(folder, toolchain());
    this.known.push(metadata);
    return metadata;
  }
}

function tripleFor(options: CargoCrossOptions): string {
  return options.target ?? tripleOf(options.platform ?? hostPlatform().platform, options.libc);
}
