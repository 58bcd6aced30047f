import { posix } from 'node:path';
import type { TargetConfiguration } from '@nx/devkit';
import { artifactPath, sideFilesOf } from '@millwright/artifacts';
import { hostPlatform, platformOfTriple, platformSlug } from '@millwright/toolkit';
import {
  type BuildOptions,
  type ConfiguredTriple,
  configuredTriples,
} from '../options/configured-triples.js';
import { vendoredSettings, configurationsOf } from './build-settings.js';
import type { VendoredCrate } from './schema.js';
import type { CargoWorkspace, Crate } from '../manifests/model.js';

/** A project's targets by name. */
export type Targets = Record<string, TargetConfiguration>;

/** Returns the name of a build target, such as `build-linux-amd64-musl`. */
export function buildTargetName({ platform, suffix }: ConfiguredTriple): string {
  return ['build', platformSlug(platform), ...(suffix === undefined ? [] : [suffix])].join('-');
}

interface VendoredFacts {
  readonly crate: Crate;
  readonly workspace: CargoWorkspace;
  readonly vendored: VendoredCrate;
  readonly projectFolder?: string | undefined;
  /** Returns the file names of artifacts for a triple. */
  readonly filesFor: (triple: string) => readonly string[];
  /** Returns the file names of artifacts that a build with these options makes. */
  readonly filesWith: (triple: string, options: Readonly<Record<string, unknown>>) => readonly string[];
}

/** Returns the additional targets of vendored crates: validate and clean. */
export function vendoredTargets(facts: VendoredFacts, options: BuildOptions): Targets {
  const builds = configuredTriples(options);
  const host = hostPlatform().platform;
  const known = builds.filter(({ triple }) => platformOfTriple(triple) !== undefined);
  const validated = known.find(({ platform }) => platform === host) ?? known[0];
  return {
    ...(validated === undefined || facts.vendored.validate === undefined
      ? {}
      : validateTarget(facts, validated, options)),
    clean: {
      executor: '@millwright/cargo:clean',
      cache: false,
      options: { paths: buildOutputs(facts, builds) },
      metadata: { description: `Removes the build outputs of ${facts.crate.name}` },
    },
  };
}

function validateTarget(
  { crate, vendored, filesWith, projectFolder }: VendoredFacts,
  build: ConfiguredTriple,
  { glibc }: BuildOptions,
): Targets {
  const { options, configurations } = vendoredSettings(vendored, build.triple);
  const artifacts = (configuration: string) =>
    filesWith(build.triple, { ...options, ...configurations[configuration] }).map((name) =>
      pathOf(build, configuration, name, projectFolder),
    );
  return {
    validate: {
      executor: '@millwright/cargo:validate',
      cache: false,
      dependsOn: [buildTargetName(build)],
      options: {
        platform: build.platform,
        ...(build.libc === undefined ? {} : { libc: build.libc }),
        ...(glibc !== undefined && build.triple.endsWith('-gnu') ? { glibc } : {}),
        ...vendored.validate,
      },
      configurations: Object.fromEntries(
        configurationsOf([vendored]).map((name) => [
          name,
          { files: [...artifacts(name), ...installedFiles(options)] },
        ]),
      ),
      defaultConfiguration: 'release',
      metadata: { description: `Validates the binaries of ${crate.name} for ${build.platform}` },
    },
  };
}

/** Returns artifacts with their side files, installed files, and cargo's target folder. */
function buildOutputs(
  { workspace, vendored, filesFor, projectFolder }: VendoredFacts,
  builds: readonly ConfiguredTriple[],
): string[] {
  const artifacts = builds.flatMap((build) =>
    configurationsOf([vendored]).flatMap((configuration) =>
      filesFor(build.triple).map((name) => pathOf(build, configuration, name, projectFolder)),
    ),
  );
  return [
    ...artifacts.flatMap((path) => [path, ...Object.values(sideFilesOf(path))]),
    ...new Set(builds.flatMap(({ triple }) => installedFiles(vendoredSettings(vendored, triple).options))),
    posix.join(workspace.root, 'target'),
  ];
}

function pathOf(
  { platform, suffix }: ConfiguredTriple,
  configuration: string,
  name: string,
  projectFolder: string | undefined,
): string {
  return artifactPath({ target: platform, configuration, name, suffix, projectFolder });
}

function installedFiles({ installTo }: Readonly<Record<string, unknown>>): string[] {
  return typeof installTo === 'string' ? [installTo] : [];
}

/** Returns the options of a vendored crate's builds that also apply to checks and tests. */
export function commandOptionsFrom(
  vendored: VendoredCrate | undefined,
  triple: string,
): Record<string, unknown> {
  const { features, defaultFeatures, allFeatures, env, sqlxOffline, toolchain } = vendoredSettings(
    vendored,
    triple,
  ).options;
  const names = typeof features === 'string' ? features.split(/[\s,]+/) : features;
  // Checks and tests do not expand feature scripts.
  const plain =
    Array.isArray(names) && !names.some((name) => String(name).startsWith('@')) ? { features: names } : {};
  const variables = {
    ...(env as object | undefined),
    ...(sqlxOffline === true ? { SQLX_OFFLINE: 'true' } : {}),
  };
  return {
    ...plain,
    ...(defaultFeatures === undefined ? {} : { defaultFeatures }),
    ...(allFeatures === undefined ? {} : { allFeatures }),
    ...(Object.keys(variables).length === 0 ? {} : { env: variables }),
    ...(toolchain === undefined ? {} : { toolchain }),
  };
}
