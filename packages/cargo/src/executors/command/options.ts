import { z } from 'zod';

/** The options that every executor around one cargo command has. */
export const commandOptions = z.strictObject({
  features: z.array(z.string().min(1)).describe('Features of the crate to switch on.').default([]),
  defaultFeatures: z.boolean().describe('Whether the default features are on.').default(true),
  allFeatures: z.boolean().describe('Whether every feature is on.').default(false),
  profile: z.string().min(1).describe("The Cargo profile; cargo's own choice where left out.").optional(),
  env: z.record(z.string(), z.string()).describe('Environment variables for the command alone.').default({}),
  args: z.array(z.string()).describe('Further arguments for cargo.').default([]),
  toolchain: z
    .string()
    .min(1)
    .describe('The rustup toolchain to use, in place of the one that the folder chooses.')
    .optional(),
});

export type CommandOptions = z.output<typeof commandOptions>;

/** The arguments of cargo that choose features and profile. */
export function selectionArgs(options: CommandOptions): string[] {
  return [
    ...(options.profile === undefined ? [] : ['--profile', options.profile]),
    ...(options.defaultFeatures ? [] : ['--no-default-features']),
    ...(options.allFeatures ? ['--all-features'] : []),
    ...(options.features.length === 0 ? [] : ['--features', options.features.join(',')]),
    ...options.args,
  ];
}
