import { join } from 'node:path';
import { targetsHostCpu, type Environment, readText } from '@millwright/toolkit';
import { cargoConfigFiles, readConfig } from './cargo-config.js';
import { namedFiles } from './named-files.js';

/** Returns whether the environment, cargo's configuration or the workspace's profiles contain flags for the host's CPU. */
export function compilesForHostCpu(workspaceRoot: string, env: Environment): boolean {
  const flags = Object.entries(env).some(
    ([name, value]) => name.includes('FLAGS') && targetsHostCpu(value ?? ''),
  );
  if (flags) return true;
  const configs = cargoConfigFiles(workspaceRoot, env);
  const named = configs.flatMap((file) => namedFiles(file, readConfig(file), env));
  const files = [
    ...configs,
    ...named.filter((path) => path.endsWith('.toml')),
    join(workspaceRoot, 'Cargo.toml'),
  ];
  return files.some((file) => targetsHostCpu(readText(file) ?? ''));
}
