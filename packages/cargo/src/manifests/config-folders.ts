import { posix } from 'node:path';

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
