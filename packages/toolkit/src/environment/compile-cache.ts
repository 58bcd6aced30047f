import * as module from 'node:module';
import { join } from 'node:path';
import { cacheFolder } from './environment.js';

// Available since Node 22.8 and 22.10. Node's types do not mark them as optional.
const { enableCompileCache, flushCompileCache } = module as Partial<typeof module>;

/**
 * Enables Node's compile cache in the user's cache folder for modules that are loaded from now on. If the
 * user or Nx has already enabled it, their folder stays in use.
 */
export function useCompileCache(): void {
  enableCompileCache?.(join(cacheFolder(), 'compiled'));
}

/**
 * Writes the compile cache. This is necessary because Nx ends its processes with a signal, and Node then
 * writes nothing.
 */
export function saveCompileCache(): void {
  flushCompileCache?.();
}
