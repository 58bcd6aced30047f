import { z } from 'zod';

const absolute = z.string().regex(/^\//, 'expected an absolute path in the container');

const library = z.union([
  z.string().min(1),
  z.strictObject({
    source: z.string().min(1).describe('The file, relative to the Nx workspace.'),
    path: absolute.describe('The path in the container (default: /usr/lib/<name>).').optional(),
  }),
]);

/** A built file that is bind-mounted into containers of services. */
export const mount = z.strictObject({
  project: z.string().min(1).describe('The Nx project that builds the artifact.'),
  artifact: z
    .string()
    .min(1)
    .describe('The name of the artifact (default: the name of the project).')
    .optional(),
  services: z.array(z.string().min(1)).min(1).describe('The services to mount the artifact in.'),
  path: absolute.describe('The path of the file in the container.'),
  libraries: z
    .array(library)
    .describe('Shared libraries to mount with the artifact: paths relative to the Nx workspace.')
    .default([]),
  target: z
    .string()
    .min(1)
    .describe('The target that builds the artifact (default: build-<os>-<arch>, or oci-load with `image`).')
    .optional(),
  image: z
    .boolean()
    .describe(
      'Mount nothing, because the image of the services contains the artifact. The target of the project loads this image.',
    )
    .optional(),
});

export type Mount = z.output<typeof mount>;

/**
 * Returns the target that provides the artifact of a mount.
 * @param build the target that builds artifacts for the platform of the stack
 */
export function targetOf({ target, image }: Pick<Mount, 'target' | 'image'>, build: string): string {
  return target ?? (image === true ? 'oci-load' : build);
}

/** Returns the distinct projects that build the mounts. */
export function projectsOf(mounts: readonly Pick<Mount, 'project'>[]): string[] {
  return [...new Set(mounts.map(({ project }) => project))];
}

/** The end-to-end test of a stack. */
export const e2e = z.union([
  z.strictObject(
    { service: z.string().min(1).describe('A service of the stack that runs the tests and exits.') },
    expectedForm('{ service: <name> }'),
  ),
  z.strictObject(
    { target: z.string().min(1).describe('A target of an Nx project: project:target.') },
    expectedForm('{ target: <project>:<target> }'),
  ),
]);

/** Names the form of a mapping in the message about another value. */
function expectedForm(form: string) {
  return {
    error: ({ code }: { code: string }) => (code === 'invalid_type' ? `expected ${form}` : undefined),
  };
}

export type EndToEnd = z.output<typeof e2e>;
