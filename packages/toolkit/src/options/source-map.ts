import { join } from 'node:path';
import { z } from 'zod';
import { readText } from '../files/read-text.js';
import type { SourceMap } from './origin.js';
import { nxDataFolder } from '../state/state.js';

/** The file `source-maps.json` that Nx writes beside its project graph (its `ConfigurationSourceMaps`). */
const sourceMaps = z.record(z.string(), z.record(z.string(), z.tuple([z.string().nullable(), z.string()])));

/** Returns what set each property of a project; an empty map if Nx has not written it. */
export function sourceMapOf(workspace: string, projectRoot: string): SourceMap {
  try {
    const text = readText(join(nxDataFolder(workspace), 'source-maps.json'));
    return (text === undefined ? undefined : sourceMaps.parse(JSON.parse(text))[projectRoot]) ?? {};
  } catch {
    // Another version of Nx may write it differently. It only makes messages more precise.
    return {};
  }
}
