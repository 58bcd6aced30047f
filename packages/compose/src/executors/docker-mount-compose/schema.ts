import { platformNames } from '@millwright/toolkit';
import { z } from 'zod';
import { e2e, mount } from './mounts.js';

export const title = 'Runs a Compose stack with built binaries mounted into its services';

export const schema = z.strictObject({
  command: z
    .enum(['up', 'watch', 'check', 'e2e', 'down', 'ps', 'logs', 'config'])
    .describe('What to do with the stack.')
    .default('up'),
  files: z
    .array(z.string().min(1))
    .min(1)
    .describe("The Compose files, relative to the project's folder; later ones override earlier ones."),
  profiles: z.array(z.string().min(1)).describe('The Compose profiles to switch on.').default([]),
  projectName: z
    .string()
    .regex(/^[a-z0-9][a-z0-9_-]*$/, 'expected lower-case letters, digits, - and _')
    .describe("Compose's project name; made of the stack's name and the checkout's folder where left out.")
    .optional(),
  environment: z
    .record(z.string(), z.string())
    .describe('Variables that the Compose files refer to; they are never printed or written.')
    .default({}),
  mounts: z.array(mount).describe('The artifacts to mount.').default([]),
  build: z
    .boolean()
    .describe(
      "Whether the command builds what is mounted; the plugin's own targets depend on that, but for what a single " +
        'configuration mounts.',
    )
    .default(false),
  platform: z
    .enum(platformNames)
    .describe("The platform of the mounted binaries; Linux with this machine's architecture where left out.")
    .optional(),
  configuration: z
    .string()
    .min(1)
    .describe('The configuration whose artifacts are mounted.')
    .default('release'),
  engine: z.enum(['docker', 'podman']).describe('The container engine.').default('docker'),
  ports: z
    .enum(['declared', 'auto'])
    .describe(
      'Whether a port that is taken is refused or replaced by a free one; it is replaced in any case where ' +
        'another checkout runs the same stack.',
    )
    .default('declared'),
  timeout: z.number().positive().describe('Seconds until the stack must be ready.').default(300),
  showLogs: z.boolean().describe("Whether up and watch show the services' logs.").default(true),
  volumes: z.boolean().describe('Whether volumes are removed with the containers.').default(false),
  e2e: e2e.describe('What e2e runs against the stack.').optional(),
  args: z.array(z.string()).describe('Further arguments for docker compose ps, logs and config.').default([]),
});

export type StackOptions = z.output<typeof schema>;
