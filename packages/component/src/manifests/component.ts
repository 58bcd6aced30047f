import { z } from 'zod';
import {
  communication,
  eventTypes,
  execution,
  fields,
  metadata,
  platformList,
  schemaReferences,
  text,
  variables,
} from './fields.js';
import { configRules } from './config-rules.js';

const command = z
  .union([z.array(z.string().min(1)).min(1), z.string().min(1)])
  .describe('Command that builds the program, as a list of words.');

const native = fields({
  command: command.optional(),
  commands: z
    .array(z.string().min(1))
    .describe('Shell commands that build the program, in this order.')
    .optional(),
  binary: z.string().min(1).describe('Path of the program that the command writes.').optional(),
  runtime: z.string().min(1).describe('Interpreter of the program, such as node.').optional(),
  environment: variables.optional(),
  dependencies: z.array(text).describe('System packages that the build needs.').optional(),
});

const container = z.looseObject({
  dockerfile: z.string().describe('Path of a Dockerfile, or its content.').optional(),
});

/** The older form of `native`, in languages that are a mapping. */
const nativeBuild = fields({
  enabled: z.boolean().optional(),
  build_command: z.string().min(1).optional(),
  binary_path: z.string().min(1).optional(),
  environment: variables.optional(),
});

const languageFields = {
  version: z.string().min(1).describe('Version of the language, such as "1.24".').optional(),
  main: z.string().min(1).describe('Path of the main file, relative to component.yaml.').optional(),
  build: fields({ native: native.optional(), container: container.optional() }).optional(),
  native_build: nativeBuild.optional(),
  container_build: container.optional(),
};

const languages = z
  .union([
    z.array(
      fields({
        name: z.string().min(1).describe('Language: go, rust, npm, pip or container.'),
        ...languageFields,
      }),
    ),
    z.record(z.string(), fields(languageFields)),
  ])
  .describe('Languages in which the component is written, as a list or by name.');

const build = fields({
  language: z.string().min(1).describe('Language: go, rust, npm, pip or container.').optional(),
  native: native.optional(),
  container: container.optional(),
  dependencies: fields({ system: z.array(text).optional(), build: z.array(text).optional() }).optional(),
});

const probe = z.looseObject({ path: z.string().optional(), port: z.number().optional() });

const variable = fields({
  name: z.string().min(1),
  description: text.optional(),
  default: z.union([z.string(), z.number(), z.boolean()]).optional(),
  required: z.boolean().optional(),
});

const spec = fields({
  type: z.enum(['source', 'processor', 'sink']).describe('Role of the component in a pipeline.'),
  execution: execution.optional(),
  languages: languages.optional(),
  build: build.optional(),
  interface: fields({
    inputEventTypes: eventTypes.optional(),
    outputEventTypes: eventTypes.optional(),
    inputSchemas: schemaReferences.optional(),
    outputSchemas: schemaReferences.optional(),
    communication: communication.optional(),
    config: configRules.optional(),
    upstream: z.looseObject({}).optional(),
    downstream: z.looseObject({}).optional(),
  }).optional(),
  config: configRules.optional(),
  resources: z.looseObject({}).optional(),
  health: z.looseObject({ readiness: probe.optional(), liveness: probe.optional() }).optional(),
  security: z.looseObject({}).optional(),
  platforms: platformList.optional(),
  dependencies: fields({ runtime: z.array(text).optional(), build: z.array(text).optional() }).optional(),
  environment: z.union([z.array(variable), z.record(z.string(), z.unknown())]).optional(),
  volumes: z.array(z.looseObject({ name: z.string().min(1), path: z.string().optional() })).optional(),
  examples: z
    .array(
      fields({
        name: z.string().min(1),
        description: text.optional(),
        config: z.record(z.string(), z.unknown()).optional(),
      }),
    )
    .describe('Example configurations.')
    .optional(),
});

/** component.yaml, in all forms that flowctl's documents and components have. */
export const componentSchema = fields({
  apiVersion: z.literal('component.flowctl.io/v1'),
  kind: z.literal('ComponentSpec'),
  metadata,
  spec,
});

export type ComponentDocument = z.output<typeof componentSchema>;
