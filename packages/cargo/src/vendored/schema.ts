import { z } from 'zod';
import { buildOptions as buildSchema } from '../options/build-options.js';

/** Options that are decided by a task's target and configuration. */
const decidedByTask = ['platform', 'target', 'libc', 'profile', 'outputPath'];

/** Options of cargo-cross: validated, but without defaults for options that are not set. */
const buildOptions = z.record(z.string(), z.unknown()).superRefine((options, context) => {
  for (const name of decidedByTask.filter((decided) => decided in options)) {
    context.addIssue({
      code: 'custom',
      path: [name],
      message: 'it is decided by the target and its configuration',
    });
  }
  for (const { path, message } of buildSchema.safeParse(options).error?.issues ?? []) {
    context.addIssue({ code: 'custom', path, message });
  }
});

const buildSettings = z.strictObject({
  options: buildOptions.describe('Options of every build.').default({}),
  configurations: z
    .record(z.string().regex(/^[a-z][a-z0-9-]*$/, 'expected a name such as "minimal"'), buildOptions)
    .describe('Options of the configurations release, dev and testing, or of further configurations.')
    .default({}),
});

const crate = buildSettings.extend({
  name: z.string().min(1).describe("The project's name.").optional(),
  // Options of the plugin, which are validated together with those of the source.
  platforms: z.unknown().optional(),
  libc: z.unknown().optional(),
  inputs: z
    .array(z.string().min(1))
    .describe(
      'Files and folders that the build of the crate reads although no source names them, relative to the crate.',
    )
    .optional(),
  env: z
    .array(z.string().min(1))
    .describe('Variables that the build of the crate reads although no source names them.')
    .optional(),
  gnu: buildSettings.describe('Settings that apply only to builds with glibc.').optional(),
  musl: buildSettings.describe('Settings that apply only to builds with musl.').optional(),
  validate: z
    .strictObject({
      args: z.array(z.string()).describe('The arguments to start the binary with.').optional(),
      prints: z
        .string()
        .min(1)
        .describe('Text that the binary must print when it is started with these arguments.')
        .optional(),
    })
    .describe('How to start a built binary to validate it (default: binaries are not started).')
    .optional(),
});

/** Other keys are options of the plugin, which are validated together with those in nx.json. */
export const vendoredSource = z.looseObject({
  folder: z
    .string()
    .regex(/^(?!\/)(?!(.*\/)?\.\.(\/|$))./, 'expected a folder below that of the description')
    .describe(
      'The folder of the sources (default: the folder with the name of the sources, next to millwright.toml).',
    )
    .optional(),
  crates: z
    .record(z.string(), crate)
    .describe('Settings of crates, by their folders in the source.')
    .default({}),
});

/** The schema of a millwright.toml, except for the sources in it. */
export const vendoredFile = z.strictObject({
  sources: z.record(z.string().regex(/^[\w.-]+$/, 'expected the name of a folder'), z.unknown()).default({}),
});

export type VendoredSettings = z.output<typeof buildSettings>;
export type VendoredCrate = z.output<typeof crate>;
