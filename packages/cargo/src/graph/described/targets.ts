import { posix } from 'node:path';
import { artifactPath, sideFilesOf } from '@millwright/artifacts';
import { hostPlatform, platformSlug } from '@millwright/toolkit';
import type { PluginOptions } from '../../options.js';
import { type ConfiguredTriple, configuredTriples, type Targets } from '../targets/build-inputs.js';
import { configurationsOf, settingsFor } from './described.js';
import type { DescribedCrate } from './schema.js';
import type { CargoWorkspace, Crate } from '../model.js';

/** The target of a build, such as `build-linux-amd64-musl`. */
export function buildTargetName({ platform, suffix }: ConfiguredTriple): string {
  return ['build', platformSlug(platform), ...(suffix === undefined ? [] : [suffix])].join('-');
}

interface DescribedFacts {
  readonly crate: Crate;
  readonly workspace: CargoWorkspace;
  readonly described: DescribedCrate;
  /** The names of the final files for a triple. */
  readonly filesFor: (triple: string) => readonly string[];
}

/** The targets that only crates have of which something is said: to try what was built, and to remove it. */
export function describedTargets(facts: DescribedFacts, options: PluginOptions): Targets {
  const builds = configuredTriples(options);
  const here = hostPlatform().platform;
  const tried = builds.find(({ platform }) => platform === here) ?? builds[0];
  return {
    ...(tried === undefined || facts.described.validate === undefined
      ? {}
      : validateTarget(facts, tried, options)),
    clean: {
      executor: '@millwright/cargo:clean',
      cache: false,
      options: { paths: leftovers(facts, builds) },
      metadata: { description: `Removes what builds of ${facts.crate.name} left behind` },
    },
  };
}

function validateTarget(
  { crate, described, filesFor }: DescribedFacts,
  build: ConfiguredTriple,
  { glibc }: PluginOptions,
): Targets {
  const { options } = settingsFor(described, build.triple);
  const artifacts = (configuration: string) =>
    filesFor(build.triple).map((name) => pathOf(build, configuration, name));
  return {
    validate: {
      executor: '@millwright/cargo:validate',
      cache: false,
      dependsOn: [buildTargetName(build)],
      options: {
        platform: build.platform,
        ...(build.libc === undefined ? {} : { libc: build.libc }),
        ...(glibc !== undefined && build.triple.endsWith('-gnu') ? { glibc } : {}),
        ...described.validate,
      },
      configurations: Object.fromEntries(
        configurationsOf([described]).map((name) => [
          name,
          { files: [...artifacts(name), ...installed(options)] },
        ]),
      ),
      defaultConfiguration: 'release',
      metadata: { description: `Tries the binaries of ${crate.name} that were built for ${build.platform}` },
    },
  };
}

/** Artifacts with the files beside them, what is installed besides, and cargo's own folder. */
function leftovers(
  { workspace, described, filesFor }: DescribedFacts,
  builds: readonly ConfiguredTriple[],
): string[] {
  const artifacts = builds.flatMap((build) =>
    configurationsOf([described]).flatMap((configuration) =>
      filesFor(build.triple).map((name) => pathOf(build, configuration, name)),
    ),
  );
  return [
    ...artifacts.flatMap((path) => [path, ...Object.values(sideFilesOf(path))]),
    ...new Set(builds.flatMap(({ triple }) => installed(settingsFor(described, triple).options))),
    posix.join(workspace.root, 'target'),
  ];
}

function pathOf({ platform, suffix }: ConfiguredTriple, configuration: string, name: string): string {
  return artifactPath({ target: platform, configuration, name, suffix });
}

function installed({ installTo }: Readonly<Record<string, unknown>>): string[] {
  return typeof installTo === 'string' ? [installTo] : [];
}

/** What is said of a crate's builds on this machine, as far as checks and tests can follow it. */
export function commandOptionsFrom(
  described: DescribedCrate | undefined,
  triple: string,
): Record<string, unknown> {
  const { features, defaultFeatures, allFeatures, env, sqlxOffline, toolchain } = settingsFor(
    described,
    triple,
  ).options;
  const names = typeof features === 'string' ? features.split(/[\s,]+/) : features;
  // What a script prints is known to builds alone.
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
