import { z } from 'zod';
import { isPackageName } from '../../openapi/go-names.js';
import { generatorNames } from '../../openapi/generators/generator.js';

export const title = 'Makes a project of a Go client for an OpenAPI document';

export const schema = z.strictObject({
  spec: z.string().min(1).describe("The OpenAPI document, relative to the workspace's root."),
  directory: z.string().min(1).describe("The project's folder, relative to the workspace's root."),
  name: z.string().min(1).describe("The project's name; that of its folder where left out.").optional(),
  module: z.string().min(1).describe("The Go module's path; the project's name where left out.").optional(),
  package: z
    .string()
    .refine(isPackageName, 'a name of a Go package: lower-case letters, digits and _')
    .describe("The Go package's name; made of the project's name where left out.")
    .optional(),
  output: z
    .string()
    .min(1)
    .describe(
      "The file or folder that is generated, relative to the project's folder; api/<package>.gen.go where left out, or api for generators that write a folder.",
    )
    .optional(),
  overlays: z
    .array(z.string().min(1))
    .describe("OpenAPI Overlay documents, relative to the workspace's root.")
    .default([]),
  // Nx itself takes --generator for the name of the Nx generator.
  codeGenerator: z.enum(generatorNames).describe('What generates the code.').default('oapi-codegen'),
  specTarget: z
    .string()
    .regex(/^[^:]+:[^:]+$/, 'project:target')
    .describe('The task that makes the document, where it is the output of one, as project:target.')
    .optional(),
  skipGenerate: z
    .boolean()
    .describe(
      'Leaves it to the first run of the target to generate, and go.mod without its indirect requirements.',
    )
    .default(false),
  skipFormat: z.boolean().describe('Leaves the files as they are written.').default(false),
});
