import { z } from 'zod';
import { featureList, toolchainOption } from '../../options.js';

/** The common options of executors that run one cargo command. */
export const commandOptions = z.strictObject({
  features: featureList
    .describe('Features to enable.')
    .meta({ example: ['kafka', 'tls'] })
    .default([]),
  defaultFeatures: z.boolean().describe('Enable the default features.').default(true),
  allFeatures: z.boolean().describe('Enable all features.').default(false),
  profile: z
    .string()
    .min(1)
    .describe("The Cargo profile (default: cargo's default for the command).")
    .meta({ example: 'release' })
    .optional(),
  env: z
    .record(z.string(), z.string())
    .describe('Environment variables for the command.')
    .meta({ example: { RUST_LOG: 'debug' } })
    .default({}),
  args: z
    .array(z.string())
    .describe('Additional arguments for cargo.')
    .meta({ example: ['--locked'] })
    .default([]),
  toolchain: toolchainOption.meta({ example: 'nightly' }).optional(),
});

export type CommandOptions = z.output<typeof commandOptions>;

/** Returns cargo's arguments for features, profile and additional arguments. */
export function selectionArgs(options: CommandOptions): string[] {
  return [
    ...(options.profile === undefined ? [] : ['--profile', options.profile]),
    ...(options.defaultFeatures ? [] : ['--no-default-features']),
    ...(options.allFeatures ? ['--all-features'] : []),
    ...(options.features.length === 0 ? [] : ['--features', options.features.join(',')]),
    ...options.args,
  ];
}
