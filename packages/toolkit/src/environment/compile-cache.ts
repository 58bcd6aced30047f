import * as module from 'node:module';
import { join } from 'node:path';
import { cacheFolder } from './environment.js';

// Node has had them since 22.8 and 22.10, and its types do not say that they may be missing.
const { enableCompileCache, flushCompileCache } = module as Partial<typeof module>;

/**
 * Keeps what V8 makes of the modules that are loaded from here on, in the user's own cache folder, so that the next
 * process has less to compile. Where the user or Nx has it on already, their folder stands.
 */
export function keepCompiled(): void {
  enableCompileCache?.(join(cacheFolder(), 'compiled'));
}

/** Writes what was compiled: Nx ends its processes with a signal, after which Node writes nothing. */
export function saveCompiled(): void {
  flushCompileCache?.();
}
