import { z } from 'zod';
import { fields, name, text } from './fields.js';

/** flowctl reads numbers and booleans in these places as text. */
const scalar = z.union([z.string(), z.number(), z.boolean()]);

const resources = z.looseObject({});

const component = fields({
  id: z.string().min(1).describe('Name of the component in this pipeline.'),
  type: z.string().describe('Role, or reference such as app@v1.2.0.').optional(),
  image: z.string().describe('Image of the component.').optional(),
  command: z.array(scalar).describe('Program and arguments of the component.').optional(),
  args: z.array(scalar).optional(),
  inputs: z.array(z.string().min(1)).describe('Components whose output this one reads.').optional(),
  input_event_types: z.array(z.string()).optional(),
  output_event_types: z.array(z.string()).optional(),
  config: z.record(z.string(), z.unknown()).optional(),
  env: z.record(z.string(), scalar.nullable()).optional(),
  volumes: z
    .array(
      fields({
        name: z.string().optional(),
        mountPath: z.string().optional(),
        host_path: z.string().optional(),
        container_path: z.string().optional(),
        readonly: z.boolean().optional(),
      }),
    )
    .optional(),
  secrets: z.array(z.looseObject({})).optional(),
  ports: z
    .array(
      fields({
        name: z.string().optional(),
        containerPort: z.int(),
        hostPort: z.int().optional(),
        protocol: z.string().optional(),
      }),
    )
    .optional(),
  health_check: z.string().optional(),
  health_port: z.int().optional(),
  replicas: z.int().min(0).optional(),
  resources: resources.optional(),
  depends_on: z.array(z.string()).optional(),
  restart_policy: z.string().optional(),
});

/** A pipeline that flowctl runs (flowctl, internal/model/pipeline.go). */
export const pipelineSchema = fields({
  apiVersion: z.string().regex(/^flowctl\/v[0-9]+$/, 'use flowctl/v1'),
  kind: z.literal('Pipeline'),
  metadata: fields({
    name,
    namespace: z.string().optional(),
    description: text.optional(),
    labels: z.record(z.string(), scalar).optional(),
    annotations: z.record(z.string(), scalar).optional(),
  }),
  spec: fields({
    description: text.optional(),
    driver: z.string().optional(),
    sources: z.array(component).nullish(),
    processors: z.array(component).nullish(),
    sinks: z.array(component).nullish(),
    pipelines: z.array(component).nullish(),
    config: z.record(z.string(), z.unknown()).optional(),
  }),
});

export type PipelineDocument = z.output<typeof pipelineSchema>;
export type PipelineComponent = z.output<typeof component>;
