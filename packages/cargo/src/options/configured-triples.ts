import { posix } from 'node:path';
import { libcSuffix } from '@millwright/artifacts';
import { hostPlatform, type Libc, platformInfo, platformOfTriple, tripleOf } from '@millwright/toolkit';
import type { PluginOptions } from '../options.js';

/** The plugin's options for a crate; `targets` from cargo's configuration override the platforms. */
export interface BuildOptions extends PluginOptions {
  readonly targets?: readonly string[];
}

/** A build that the plugin's options or cargo's configuration request. */
export interface ConfiguredTriple {
  /** The platform; the triple if it is not in the platform table. */
  readonly platform: string;
  readonly triple: string;
  /** Undefined for the platform's default C library. */
  readonly libc: Libc | undefined;
  /** Distinguishes target and folder names if the platform is built with several C libraries. */
  readonly suffix: Libc | undefined;
  /** The path of a custom target specification; the triple is then its name. */
  readonly specification?: string;
}

/** Returns the builds that the options request. */
export function configuredTriples(options: BuildOptions): ConfiguredTriple[] {
  const builds = options.targets?.map(configuredTarget) ?? platformTriples(options);
  const triples = builds.map(({ triple }) => triple);
  return builds.map((build) => ({ ...build, suffix: libcSuffix(build.triple, triples) }));
}

function configuredTarget(triple: string): Omit<ConfiguredTriple, 'suffix'> {
  if (triple.endsWith('.json')) {
    const name = posix.basename(triple, '.json');
    return { platform: name, triple: name, libc: undefined, specification: triple };
  }
  const info = platformOfTriple(triple);
  if (info === undefined) return { platform: triple, triple, libc: undefined };
  const libc = (['gnu', 'musl'] as const).find((name) => info.triples[name] === triple);
  return { platform: info.platform, triple, libc: triple === tripleOf(info.platform) ? undefined : libc };
}

function platformTriples(options: PluginOptions): Omit<ConfiguredTriple, 'suffix'>[] {
  return (options.platforms ?? [hostPlatform().platform]).flatMap((platform) => {
    const standard = tripleOf(platform);
    if (platformInfo(platform).triples.default !== undefined) {
      return [{ platform, triple: standard, libc: undefined }];
    }
    return options.libc.map((libc) => {
      const triple = tripleOf(platform, libc);
      return { platform, triple, libc: triple === standard ? undefined : libc };
    });
  });
}
