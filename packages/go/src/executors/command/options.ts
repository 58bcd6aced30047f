import { z } from 'zod';

export const nativeFilesOption = z
  .array(z.string().min(1))
  .describe(
    "With cgo, the files out of the packages' folders that C code is compiled from, relative to the workspace; the plugin finds them.",
  )
  .default([]);

/** What every command over the packages of a module takes. */
export const commandOptions = z.strictObject({
  packages: z
    .array(z.string().min(1))
    .min(1)
    .describe("The packages, relative to the module's folder.")
    .default(['./...']),
  tags: z.array(z.string().min(1)).describe('Build tags.').default([]),
  cgo: z.boolean().describe('Whether the packages may use C code.').default(false),
  nativeFiles: nativeFilesOption,
  env: z.record(z.string(), z.string()).describe('Environment variables for the command alone.').default({}),
  args: z.array(z.string()).describe('Further arguments.').default([]),
});

export type CommandOptions = z.output<typeof commandOptions>;

/** The arguments of a go command over packages. */
export function commandArguments(command: string, { packages, tags, args }: CommandOptions): string[] {
  return [command, ...(tags.length === 0 ? [] : [`-tags=${tags.join(',')}`]), ...args, ...packages];
}
