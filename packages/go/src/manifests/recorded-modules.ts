import { platformNames, recall, remember } from '@millwright/toolkit';
import { z } from 'zod';

const texts = z.array(z.string()).readonly();

/** What the hook before all tasks has to look at: written with the graph, read at each run. */
const recorded = z.strictObject({
  /** The folders of the modules. */
  modules: texts,
  /** What they read out of the repository, relative to it or absolute. */
  outside: texts,
  /** The platforms that programs are built for. */
  platforms: z.array(z.enum(platformNames)).readonly(),
  /** Whether C code, or an option of a target, is compiled for the CPU of this machine. */
  asksForHostCpu: z.boolean(),
  /** What their C code takes from the system by name. */
  libraries: z.strictObject({ packages: texts, libraries: texts, folders: texts }),
});

export type RecordedModules = Readonly<z.output<typeof recorded>>;

const format = { name: 'go-modules', version: 2, schema: recorded };

export function recordedModules(workspaceRoot: string): RecordedModules | undefined {
  return recall(workspaceRoot, format);
}

export function recordModules(workspaceRoot: string, modules: RecordedModules): void {
  remember(workspaceRoot, format, modules);
}
