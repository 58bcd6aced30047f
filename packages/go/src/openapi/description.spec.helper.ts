import { bundle, type Bundle } from './bundling/bundle.js';
import { type JsonObject, toJson } from './document/json.js';
import { parseSource, type Source } from './document/source.js';

/** Bundles a description, given as texts by path. The first file is its root. */
export function bundleOf(
  files: Readonly<Record<string, string>>,
  renames: 'refuse' | 'report' = 'refuse',
): Bundle {
  const open = (path: string): Source | undefined => {
    const text = files[path];
    return text === undefined ? undefined : parseSource(path, text);
  };
  const [first = ''] = Object.keys(files);
  const root = open(first);
  if (!root) throw new Error('a description has a root');
  return bundle(root, open, renames);
}

/** Returns a document with the given paths, schemas and parameters. */
export function documentOf(parts: {
  paths?: JsonObject;
  schemas?: JsonObject;
  parameters?: JsonObject;
}): string {
  return toJson({
    openapi: '3.0.3',
    info: { title: 'Pets', version: '1' },
    paths: parts.paths ?? {},
    components: {
      schemas: parts.schemas ?? {},
      ...(parts.parameters === undefined ? {} : { parameters: parts.parameters }),
    },
  });
}

/** Returns an operation whose response has the schema. */
export function operationReturning(schema: unknown, operationId?: string): JsonObject {
  const content = { 'application/json': { schema } };
  return {
    ...(operationId === undefined ? {} : { operationId }),
    responses: { 200: { description: 'ok', content } },
  };
}

export function refTo(schema: string): JsonObject {
  return { $ref: `#/components/schemas/${schema}` };
}
