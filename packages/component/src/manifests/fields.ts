import { platformNames } from '@millwright/toolkit';
import { z } from 'zod';

/**
 * An object with exactly these fields. zod's issue for an unknown field does not name the known ones, so its message
 * carries them; `findProblems` reads them.
 */
export function fields<const Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? JSON.stringify(Object.keys(shape)) : undefined),
  });
}

export const name = z
  .string()
  .regex(
    /^[a-z0-9]([a-z0-9._-]*[a-z0-9])?$/,
    'use lower-case letters, digits, `-`, `_` and `.`, and end in one of the first two',
  );

/** A semantic version (semver.org), with or without a leading `v`. */
export const version = z
  .string()
  .regex(/^v?\d+\.\d+\.\d+(-[\w.-]+)?(\+[\w.-]+)?$/, 'use a semantic version, such as 1.2.3 or v1.2.3');

export const text = z.string();

export const port = z.int().min(1).max(65_535);

export const platformList = z.array(z.enum(platformNames)).describe('Platforms that the component supports.');

/** Variables as a mapping, or as a list of `NAME=value`. */
export const variables = z
  .union([
    z.record(
      z.string().regex(/^[A-Za-z_]\w*$/, 'use letters, digits and `_`'),
      z.union([z.string(), z.number(), z.boolean()]),
    ),
    z.array(z.string().regex(/^[A-Za-z_]\w*=/, 'use NAME=value')),
  ])
  .describe('Environment variables of the build.');

export const eventTypes = z.array(
  z.string().regex(/^[A-Za-z0-9][\w./-]*$/, 'use letters, digits, `.`, `_`, `/` and `-`'),
);

const schemaReference = z.union([
  z.string().min(1),
  z.looseObject({ name: z.string().min(1), version: z.string().optional(), description: text.optional() }),
]);

export const schemaReferences = z.array(schemaReference);

const stream = z.union([
  z.string().min(1),
  z.looseObject({
    name: z.string().min(1),
    schema: z.string().optional(),
    source: z.string().optional(),
    port: port.optional(),
    description: text.optional(),
    qos: z.string().optional(),
  }),
]);

export const communication = fields({
  protocol: z.string().min(1).describe('Protocol, such as grpc, arrow-flight or http.').optional(),
  port: port.describe('Port on which the component listens.').optional(),
  streams: z.array(stream).describe('Streams that the component offers.').optional(),
  consumes: z.array(stream).describe('Streams that the component reads.').optional(),
  endpoints: z
    .array(
      z.looseObject({
        path: z.string().regex(/^\//, 'begin with /'),
        method: z.string().optional(),
        description: text.optional(),
        response_type: z.string().optional(),
      }),
    )
    .describe('HTTP endpoints.')
    .optional(),
});

export const metadata = fields({
  name: name.describe('Name of the component, bundle or pipeline.'),
  version: version.describe('Semantic version.').optional(),
  namespace: name.describe('Namespace in the registry.').optional(),
  description: text.optional(),
  author: text.optional(),
  homepage: text.optional(),
  repository: text.optional(),
  license: text.describe('SPDX license expression.').optional(),
  tags: z.array(text).optional(),
  labels: z.record(z.string(), z.string()).optional(),
  annotations: z.record(z.string(), z.string()).optional(),
});

export const execution = fields({
  modes: z.array(z.enum(['container', 'native', 'hybrid'])).optional(),
  default: z.enum(['container', 'native', 'hybrid']).optional(),
});
