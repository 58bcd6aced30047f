import { createHash } from 'node:crypto';
import type { TargetConfiguration } from '@nx/devkit';

export type Targets = Record<string, TargetConfiguration>;

/**
 * Returns a key for a module, for names of files and variables. @param root its folder, relative to the Nx
 * workspace
 */
export function moduleKey(root: string): string {
  return createHash('sha256').update(root).digest('hex').slice(0, 12);
}

export function nativeOption(paths: readonly string[]): { nativeFiles?: string[] } {
  return paths.length === 0 ? {} : { nativeFiles: [...paths] };
}
