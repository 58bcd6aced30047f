import { posix } from 'node:path';
import { libcSuffix } from '@millwright/artifacts';
import { hostPlatform, type Libc, platformInfo, platformOfTriple, tripleOf } from '@millwright/toolkit';
import type { PluginOptions } from '../options.js';

/** The plugin's options for a crate, with the target triples that cargo's configuration names in place of platforms. */
export interface BuildOptions extends PluginOptions {
  readonly targets?: readonly string[];
}

/** One of the builds that the plugin's options or cargo's configuration ask for. */
export interface ConfiguredTriple {
  /** The platform, or the triple where the platform table lacks it. */
  readonly platform: string;
  readonly triple: string;
  /** Undefined for the C library that the platform has by default. */
  readonly libc: Libc | undefined;
  /** Sets name and folder apart where the platform is built with its default library too. */
  readonly suffix: Libc | undefined;
  /** The path of the target specification that the triple is the name of. */
  readonly specification?: string;
}

/** The triples that the options ask for. */
export function configuredTriples(options: BuildOptions): ConfiguredTriple[] {
  const asked = options.targets?.map(configuredTarget) ?? platformTriples(options);
  const triples = asked.map(({ triple }) => triple);
  return asked.map((build) => ({ ...build, suffix: libcSuffix(build.triple, triples) }));
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
