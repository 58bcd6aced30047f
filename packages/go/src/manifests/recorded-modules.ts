import { platformNames, readWorkspaceState, writeWorkspaceState } from '@millwright/toolkit';
import { z } from 'zod';

const texts = z.array(z.string()).readonly();

/**
 * The facts that the hook before all tasks requires. They are written with the graph and read at each run.
 */
const recorded = z.strictObject({
  /** The folders of the modules. */
  modules: texts,
  /** Files and folders outside the repository that they read, relative to it or absolute. */
  outside: texts,
  /** The platforms for which programs are built. */
  platforms: z.array(z.enum(platformNames)).readonly(),
  /** True if C code, or an option of a target, is compiled for the CPU of this machine. */
  asksForHostCpu: z.boolean(),
  /** System libraries that their C code names. */
  libraries: z.strictObject({ packages: texts, libraries: texts, folders: texts }),
});

export type RecordedModules = Readonly<z.output<typeof recorded>>;

const format = { name: 'go-modules', version: 2, schema: recorded };

export function recordedModules(workspaceRoot: string): RecordedModules | undefined {
  return readWorkspaceState(workspaceRoot, format);
}

export function recordModules(workspaceRoot: string, modules: RecordedModules): void {
  writeWorkspaceState(workspaceRoot, format, modules);
}
