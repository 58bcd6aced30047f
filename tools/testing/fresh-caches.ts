import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The contents of Cargo's home besides packages: registry settings and programs. */
const kept = ['config', 'config.toml', 'credentials', 'credentials.toml', 'bin'];

/**
 * Returns variables that give Cargo, Go and npm empty package caches in a folder, and keep each one's
 * configuration of this machine, so that tests cannot depend on earlier downloads.
 */
export function freshCaches(folder: string, env: NodeJS.ProcessEnv): Record<string, string> {
  const cargoHome = join(folder, 'cargo');
  const usual = env.CARGO_HOME ?? join(env.HOME ?? homedir(), '.cargo');
  mkdirSync(cargoHome, { recursive: true });
  for (const name of kept) {
    if (existsSync(join(usual, name))) symlinkSync(join(usual, name), join(cargoHome, name));
  }
  return {
    CARGO_HOME: cargoHome,
    GOMODCACHE: join(folder, 'go'),
    npm_config_cache: join(folder, 'npm'),
  };
}
