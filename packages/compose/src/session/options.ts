import { platformNames, unparsedOption } from '@millwright/toolkit';
import { z } from 'zod';
import { e2e, mount } from '../manifests/mounts.js';

/** The options of `docker-mount-compose`. */
export const schema = z.strictObject({
  command: z
    .enum(['up', 'watch', 'check', 'e2e', 'down', 'ps', 'logs', 'config'])
    .describe('The command to run.')
    .default('up'),
  files: z
    .array(z.string().min(1))
    .min(1)
    .describe(
      "The Compose files, relative to the project's folder; later ones override earlier ones (default: the " +
        'files that Compose finds in that folder or in COMPOSE_FILE).',
    )
    .meta({ example: ['compose.yaml', 'compose.ci.yaml'] })
    .optional(),
  profiles: z
    .array(z.string().min(1))
    .describe('Compose profiles to enable.')
    .meta({ example: ['debug'] })
    .default([]),
  projectName: z
    .string()
    .regex(/^[a-z0-9][a-z0-9_-]*$/, 'expected lower-case letters, digits, - and _')
    .describe(
      "Compose's project name (default: the name in the Compose file or COMPOSE_PROJECT_NAME, otherwise a name derived " +
        "from the stack's name and the folder of the checkout).",
    )
    .meta({ example: 'acme' })
    .optional(),
  environment: z
    .record(z.string(), z.string())
    .describe('Variables for the Compose files; never printed or written to disk.')
    .meta({ example: { TAG: '1.2' } })
    .default({}),
  mounts: z
    .array(mount)
    .describe('The artifacts to mount.')
    .meta({ example: [{ project: 'server', services: ['api'], path: '/opt/server' }] })
    .default([]),
  build: z
    .boolean()
    .describe(
      'Build the mounted artifacts first. Inferred targets already depend on these builds, except for mounts of a ' +
        'single configuration.',
    )
    .default(false),
  platform: z
    .enum(platformNames)
    .describe('The platform of the mounted binaries (default: Linux on the host architecture).')
    .optional(),
  configuration: z
    .string()
    .min(1)
    .describe('The configuration whose artifacts are mounted.')
    .meta({ example: 'dev' })
    .default('release'),
  engine: z.enum(['docker', 'podman']).describe('The container engine.').default('docker'),
  ports: z
    .enum(['declared', 'auto'])
    .describe(
      'What to do if a port is taken: declared fails, auto uses the next free port. If another checkout runs the ' +
        'same stack, the next free port is used in both cases.',
    )
    .default('declared'),
  timeout: z
    .number()
    .positive()
    .describe('Time limit for the stack to become ready, in seconds.')
    .meta({ example: 60 })
    .default(300),
  showLogs: z.boolean().describe('Let up and watch print the logs of services.').default(true),
  volumes: z.boolean().describe('Remove volumes with the containers.').default(false),
  e2e: e2e
    .describe('The service or target that e2e runs.')
    .meta({ example: { service: 'tests' } })
    .optional(),
  args: z
    .array(z.string())
    .describe('Additional arguments for docker compose ps, logs and config.')
    .meta({ example: ['--tail=20'] })
    .default([]),
  __unparsed__: unparsedOption,
});

export type StackOptions = z.output<typeof schema>;
