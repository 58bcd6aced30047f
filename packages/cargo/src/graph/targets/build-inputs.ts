import { posix } from 'node:path';
import type { TargetConfiguration } from '@nx/devkit';
import { libcSuffix } from '@millwright/artifacts';
import { hostPlatform, type Libc, platformInfo, tripleOf } from '@millwright/toolkit';
import type { PluginOptions } from '../../options.js';

export type Targets = Record<string, TargetConfiguration>;

/** One of the builds that the plugin's options ask for. */
export interface ConfiguredTriple {
  readonly platform: string;
  readonly triple: string;
  /** Undefined for the C library that the platform has by default. */
  readonly libc: Libc | undefined;
  /** Sets name and folder apart where the platform is built with its default library too. */
  readonly suffix: Libc | undefined;
}

/** The triples that the plugin's options ask for. */
export function configuredTriples(options: PluginOptions): ConfiguredTriple[] {
  const asked = (options.platforms ?? [hostPlatform().platform]).flatMap((platform) => {
    const standard = tripleOf(platform);
    if (platformInfo(platform).triples.default !== undefined) {
      return [{ platform, triple: standard, libc: undefined }];
    }
    return options.libc.map((libc) => {
      const triple = tripleOf(platform, libc);
      return { platform, triple, libc: triple === standard ? undefined : libc };
    });
  });
  const triples = asked.map(({ triple }) => triple);
  return asked.map((build) => ({ ...build, suffix: libcSuffix(build.triple, triples) }));
}

/** cargo's configuration and the toolchain file of a folder and all above it, up to the repository's root. */
export function configFolders(folder: string): string[] {
  const found: string[] = [];
  for (let current = folder; ; current = posix.dirname(current)) {
    const at = (path: string) => posix.join(current, path);
    found.push(
      at('.cargo/config.toml'),
      at('.cargo/config'),
      at('rust-toolchain.toml'),
      at('rust-toolchain'),
    );
    if (current === '.') return found;
  }
}

/** Whether a path is that of cargo's configuration. */
export function isConfig(path: string): boolean {
  return /(^|\/)\.cargo\/config(\.toml)?$/.test(path);
}

/** Variables that a task's own .env file may set; those of the whole environment are in the digest. */
export const compilerVariables = ['RUSTFLAGS', 'CARGO_ENCODED_RUSTFLAGS', 'RUSTC_WRAPPER', 'CC', 'CFLAGS'];
