import { z } from 'zod';
import { ociError } from '../errors.js';
import { type Descriptor, descriptorSchema, type Document, documentOf, mediaTypes } from './descriptor.js';

const indexSchema = z.looseObject({
  mediaType: z.string().optional(),
  manifests: z.array(descriptorSchema),
});

const manifestSchema = z.looseObject({
  mediaType: z.string().optional(),
  config: descriptorSchema,
  layers: z.array(descriptorSchema),
  subject: descriptorSchema.optional(),
  artifactType: z.string().optional(),
  annotations: z.record(z.string(), z.string()).optional(),
});

export type Index = z.output<typeof indexSchema>;
export type Manifest = z.output<typeof manifestSchema>;

/**
 * @param source where the text is from, for messages
 * @throws MillwrightError IMAGE_INVALID
 */
export function parseIndex(text: string, source: string): Index {
  return parseDocument(indexSchema, text, source, 'index');
}

/**
 * @param source where the text is from, for messages
 * @throws MillwrightError IMAGE_INVALID
 */
export function parseManifest(text: string, source: string): Manifest {
  return parseDocument(manifestSchema, text, source, 'manifest');
}

/**
 * Parses a document of an image.
 * @param kind in words, for messages
 * @throws MillwrightError IMAGE_INVALID
 */
export function parseDocument<Schema extends z.ZodType>(
  schema: Schema,
  text: string,
  source: string,
  kind: string,
): z.output<Schema> {
  const invalid = (why: string) =>
    ociError('IMAGE_INVALID', { what: `${source} is not an image ${kind}`, why });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw invalid('it is not JSON, or is cut off');
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw invalid(`${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
}

/** Returns the manifest of an image. */
export function imageManifest(config: Descriptor, layers: readonly Descriptor[]): Document {
  const content = { schemaVersion: 2, mediaType: mediaTypes.manifest, config, layers };
  return documentOf(mediaTypes.manifest, content);
}

/**
 * Returns the index over the images of all platforms.
 * @param annotations none if empty
 */
export function imageIndex(
  manifests: readonly Descriptor[],
  annotations: Readonly<Record<string, string>> = {},
): Document {
  return documentOf(mediaTypes.index, {
    schemaVersion: 2,
    mediaType: mediaTypes.index,
    manifests,
    ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
  });
}
