import { platformNames } from '@millwright/toolkit/core';
import { z } from 'zod';

const text = z.string().min(1);
const absolute = z.string().regex(/^\//, 'expected an absolute path in the image');
const seconds = z.number().positive();

/** The platforms that containers run on. */
export const imagePlatforms = platformNames.filter((platform) => platform.startsWith('linux/'));

/** Returns true for a value that a Dockerfile would extend: `/opt/bin:$PATH` of PATH. */
function isReplaced(value: string, name: string): boolean {
  return [`$${name}`, `\${${name}}`].some((reference) => value.split(':').some((part) => part === reference));
}

/** What an image is made of, and how it runs: the same in nx.json, in Cargo.toml and for the executor. */
export const imageSettings = {
  name: text
    .describe('The name of the image: its registry and repository, without a tag.')
    .meta({ example: 'registry.example.com/team/app' }),
  base: text
    .describe(
      'The base image: a name in a registry, `oci:` and the path of an OCI layout, or `scratch` for none. The digest of the base is recorded in `millwright.images.lock`.',
    )
    .meta({ example: 'debian:bookworm-slim' })
    .default('scratch'),
  platforms: z
    .array(z.enum(imagePlatforms))
    .min(1)
    .describe('The platforms of the image.')
    .default(['linux/amd64', 'linux/arm64']),
  binaries: z
    .array(text)
    .min(1)
    .describe(
      'The binaries of the image: names of artifacts of the project, or paths relative to the workspace with `{platform}` (default: the project name). The first binary is the entry point.',
    )
    .meta({ example: ['app', 'artifacts/{platform}/tool'] })
    .optional(),
  libc: z
    .enum(['gnu', 'musl'])
    .describe('The C library of the build to use, if there are several builds for a platform.')
    .optional(),
  files: z
    .array(
      z.strictObject({
        source: text,
        path: absolute,
        mode: z
          .string()
          .regex(/^0?[0-7]{3}$/, 'expected permission bits such as "0640"')
          .optional(),
      }),
    )
    .describe(
      'Further files and folders: `source`, relative to the workspace; `path` in the image; and `mode`, the permission bits (default: 0755 for executable files, otherwise 0644).',
    )
    .meta({ example: [{ source: 'config/app.yaml', path: '/etc/app/app.yaml' }] })
    .default([]),
  user: z
    .union([
      z
        .string()
        .regex(
          /^(\d+(:\d+)?|[A-Za-z_][\w.-]*)$/,
          'expected a number such as "1000", a user and group such as "1000:1000", or a name without a group',
        ),
      z.strictObject({ name: text.regex(/^[a-z_][a-z0-9_-]*$/), uid: z.int().min(1).max(4_294_967_294) }),
    ])
    .describe(
      'The user that runs the program: a number, a name, or a name and `uid`. A user that the base does not define is created, by default with the number 65532.',
    )
    .meta({ example: { name: 'app', uid: 10_001 } })
    .optional(),
  workingDirectory: absolute
    .describe('The working directory. It is created, and belongs to `user`.')
    .optional(),
  env: z
    .record(z.string().regex(/^[^=\0]+$/), z.string())
    .refine(
      (env) => Object.entries(env).every(([name, value]) => !isReplaced(value, name)),
      'expected values without the variable itself, such as $PATH: nothing replaces it in an image',
    )
    .describe('Environment variables. Their values are taken as they are: nothing replaces `$HOME` in them.')
    .default({}),
  labels: z.record(text, z.string()).describe('Labels.').default({}),
  entrypoint: z
    .array(text)
    .describe('The program with its first arguments (default: the first binary).')
    .optional(),
  command: z.array(z.string()).describe('Arguments that `docker run` can replace.').optional(),
  ports: z
    .array(
      z
        .string()
        .regex(/^\d{1,5}(\/(tcp|udp|sctp))?$/, 'expected a port such as "8080" or "53/udp"')
        .refine((port) => Number.parseInt(port, 10) < 65_536, 'expected a port below 65536'),
    )
    .describe('The ports that the program listens on.')
    .default([]),
  volumes: z
    .array(absolute)
    .describe('Folders for data. They are created, and belong to `user`.')
    .default([]),
  stopSignal: z
    .string()
    .regex(/^(SIG[A-Z0-9+-]+|\d{1,2})$/)
    .describe('The signal that stops the program (default: SIGTERM).')
    .meta({ example: 'SIGINT' })
    .optional(),
  healthCheck: z
    .strictObject({
      command: z.array(text).min(1),
      interval: seconds.optional(),
      timeout: seconds.optional(),
      startPeriod: seconds.optional(),
      retries: z.int().positive().optional(),
    })
    .describe(
      'A program that tells Docker whether the container is healthy: `command`, `interval`, `timeout`, `startPeriod` (in seconds) and `retries`.',
    )
    .meta({ example: { command: ['/usr/local/bin/app', 'health'], interval: 10 } })
    .optional(),
  attestations: z
    .enum(['referrers', 'inline', 'none'])
    .describe(
      'Where the provenance and the SBOM of a binary go: `referrers`, attached to the image when it is pushed; `inline`, in the index of the image, where Docker reads them; `none`, nowhere, for registries that refuse them.',
    )
    .default('referrers'),
  tags: z
    .array(text)
    .min(1)
    .describe(
      'The tags. `{version}` is the version of the first binary, such as `1.2.3`; `{major}` is then `1` and `{minor}` is `1.2`. `{sha}` is the commit of this binary.',
    )
    .meta({ example: ['{version}', 'latest'] })
    .default(['latest']),
};

export type ImageSettings = z.output<z.ZodObject<typeof imageSettings>>;

/** Settings as a user writes them for a project. */
export const projectImage = z.strictObject(imageSettings);

/** The options of the plugin's entry in nx.json. */
export const pluginOptions = z.strictObject({
  images: z
    .record(text, projectImage)
    .describe(
      'The images, by the folders of their projects, with the options of the executor `oci-image`. A crate can instead set these options in `[package.metadata.millwright.image]` of its Cargo.toml.',
    )
    .meta({ example: { 'services/api': { name: 'registry.example.com/team/api' } } })
    .default({}),
});
