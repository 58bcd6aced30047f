import { z } from 'zod';
import { isPackageName } from '../../openapi/document/go-names.js';
import { generatorNames } from '../../openapi/generators/generator.js';

export const title = 'Creates a project with a Go client for an OpenAPI document';

export const schema = z.strictObject({
  spec: z
    .string()
    .min(1)
    .describe("The OpenAPI document, relative to the workspace's root.")
    .meta({ example: 'backend/openapi.yaml' }),
  directory: z
    .string()
    .min(1)
    .describe("The project's folder, relative to the workspace's root.")
    .meta({ example: 'clients/backend' }),
  name: z
    .string()
    .min(1)
    .describe("The project's name (default: the folder's name).")
    .meta({ example: 'backend-client' })
    .optional(),
  module: z
    .string()
    .min(1)
    .describe("The Go module path (default: the project's name).")
    .meta({ example: 'example.org/backend-client' })
    .optional(),
  package: z
    .string()
    .refine(isPackageName, 'a name of a Go package: lower-case letters, digits and _')
    .describe("The Go package name (default: derived from the project's name).")
    .meta({ example: 'backend' })
    .optional(),
  output: z
    .string()
    .min(1)
    .describe(
      "The generated file or folder, relative to the project's folder (default: api/<package>.gen.go, or api for generators that write a folder).",
    )
    .meta({ example: 'api/backend.gen.go' })
    .optional(),
  overlays: z
    .array(z.string().min(1))
    .describe("OpenAPI Overlay documents, relative to the workspace's root.")
    .meta({ example: ['clients/overlay.yaml'] })
    .default([]),
  // Not --generator, which Nx uses for the name of the Nx generator.
  codeGenerator: z
    .enum([...generatorNames, 'auto'])
    .describe('The code generator; auto uses the first one that can generate the client.')
    .default('oapi-codegen'),
  fix: z
    .boolean()
    .describe(
      "Resolve name collisions and wrong values of the document by an overlay in the project's folder.",
    )
    .default(false),
  specTarget: z
    .string()
    .regex(/^[^:]+:[^:]+$/, 'project:target')
    .describe('The task that generates the document, as project:target.')
    .meta({ example: 'server:describe' })
    .optional(),
  skipGenerate: z
    .boolean()
    .describe('Create the project without generating the client; go.mod then lacks indirect requirements.')
    .default(false),
  skipFormat: z.boolean().describe('Do not format the files.').default(false),
});
