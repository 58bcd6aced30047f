import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** What Cargo's home holds besides packages: which registry to use and how, and programs. */
const kept = ['config', 'config.toml', 'credentials', 'credentials.toml', 'bin'];

/**
 * Variables that give Cargo, Go and npm empty caches of packages in a folder, and leave each its configuration of this
 * machine. With them tests cannot depend on what a machine happened to download before.
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
