import { posix } from 'node:path';
import type { TargetConfiguration } from '@nx/devkit';
import { hostPlatform, platformInfo, tripleOf } from '@millwright/toolkit';
import type { PluginOptions } from '../options.js';

export type Targets = Record<string, TargetConfiguration>;

/** The triples that the plugin's options ask for, each with its platform. */
export function configuredTriples(options: PluginOptions): { platform: string; triple: string }[] {
  return (options.platforms ?? [hostPlatform().platform]).map((platform) => {
    const info = platformInfo(platform);
    return {
      platform,
      triple: tripleOf(platform, info.triples.default === undefined ? options.libc : undefined),
    };
  });
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
