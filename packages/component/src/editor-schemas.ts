import { z } from 'zod';
import { bundleSchema } from './manifests/bundle.js';
import { componentSchema } from './manifests/component.js';
import { pipelineSchema } from './manifests/pipeline.js';

const described = [
  ['component', componentSchema, 'component.yaml: a source, processor or sink of flowctl'],
  ['bundle', bundleSchema, 'bundle.yaml: a set of components of flowctl'],
  ['pipeline', pipelineSchema, 'A pipeline of flowctl'],
] as const;

/** The JSON Schemas (draft 7) of the files that people write, for editors, by name. */
export const editorSchemas: Readonly<Record<string, object>> = Object.fromEntries(
  described.map(([name, schema, title]) => [
    name,
    { title, ...z.toJSONSchema(schema, { target: 'draft-7', io: 'input' }) },
  ]),
);
