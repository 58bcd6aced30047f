import { z } from 'zod';

export const nativeFilesOption = z
  .array(z.string().min(1))
  .describe(
    "With cgo, the C sources and headers outside the packages' folders, relative to the workspace; set by the plugin.",
  )
  .meta({ example: ['include/mill.h'] })
  .default([]);

/** The programs of a module, as inferred by the plugin. */
export const programsOption = z
  .record(z.string().min(1), z.string().min(1))
  .describe("Main packages by program name, relative to the module's folder.");

export const inputsRecordOption = z
  .string()
  .min(1)
  .describe('The file to write undeclared inputs to, relative to the workspace; set by the plugin.')
  .optional();

/** The options of all commands that run on the packages of a module. */
export const commandOptions = z.strictObject({
  packages: z
    .array(z.string().min(1))
    .min(1)
    .describe("The packages, relative to the module's folder.")
    .meta({ example: ['./internal/...'] })
    .default(['./...']),
  tags: z
    .array(z.string().min(1))
    .describe('Build tags.')
    .meta({ example: ['integration'] })
    .default([]),
  cgo: z.boolean().describe('Build with cgo.').default(false),
  nativeFiles: nativeFilesOption,
  env: z
    .record(z.string(), z.string())
    .describe('Environment variables for the command.')
    .meta({ example: { DB_URL: 'postgres://localhost' } })
    .default({}),
  args: z
    .array(z.string())
    .describe('Additional arguments.')
    .meta({ example: ['-count=1'] })
    .default([]),
});

export type CommandOptions = z.output<typeof commandOptions>;

/** Returns the arguments of a go command that runs on packages. */
export function commandArguments(command: string, { packages, tags, args }: CommandOptions): string[] {
  return [command, ...tagArguments(tags), ...args, ...packages];
}

export function tagArguments(tags: readonly string[]): string[] {
  return tags.length === 0 ? [] : [`-tags=${tags.join(',')}`];
}
