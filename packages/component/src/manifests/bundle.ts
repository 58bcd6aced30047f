import { z } from 'zod';
import {
  communication,
  eventTypes,
  execution,
  fields,
  metadata,
  name,
  platformList,
  port,
  schemaReferences,
  text,
  version,
} from './fields.js';

/** A variable, with a default if it is not set: `${VAR:-default}`. */
const reference = z.string().regex(/^\$\{\w+(:-[^}]*)?\}$/, 'use a number or ${VAR:-default}');

const open = z.looseObject({});

const component = fields({
  name,
  path: z.string().min(1).describe('Folder with the component.yaml, relative to the bundle.').optional(),
  type: z.enum(['source', 'processor', 'sink']).optional(),
  language: z.string().min(1).optional(),
  version: version.optional(),
  description: text.optional(),
  inputEventTypes: eventTypes.optional(),
  outputEventTypes: eventTypes.optional(),
  inputSchemas: schemaReferences.optional(),
  outputSchemas: schemaReferences.optional(),
  communication: communication.optional(),
});

const spec = fields({
  execution: execution.extend({ native: open.optional() }).optional(),
  components: z.array(component).min(1).describe('Components of the bundle.'),
  communication: fields({
    protocol: z.string().min(1).optional(),
    preserveInNative: z.boolean().optional(),
    ports: z
      .record(z.string(), z.union([port, reference]))
      .describe('Ports by component.')
      .optional(),
    discovery: z.string().optional(),
    tls: open.optional(),
  }).optional(),
  templates: z
    .array(
      fields({
        name,
        description: text.optional(),
        components: z.array(
          z.union([
            z.string().min(1),
            z.record(z.string(), fields({ config: z.record(z.string(), z.unknown()).optional() })),
          ]),
        ),
      }),
    )
    .describe('Pipelines of components of this bundle.')
    .optional(),
  shared: open.optional(),
  config: open.optional(),
  resources: open.optional(),
  platforms: platformList.optional(),
  requirements: open.optional(),
  build: z
    .looseObject({
      parallel: z.boolean().optional(),
      cache: z.string().optional(),
      order: z.array(z.string()).optional(),
      dependencies: open.optional(),
      components: open.optional(),
    })
    .optional(),
});

/** bundle.yaml, in all forms that flowctl's documents and bundles have. */
export const bundleSchema = fields({
  apiVersion: z.literal('component.flowctl.io/v1'),
  kind: z.literal('ComponentBundle'),
  metadata,
  spec,
});

export type BundleDocument = z.output<typeof bundleSchema>;
