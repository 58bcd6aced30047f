import { expandedSize, ownValue, unlessTooDeep, yamlOptions, yamlProblem } from '@millwright/toolkit';
import { parseDocument } from 'yaml';

/** Git pathspecs for OpenAPI documents, by their usual names. Bundles generated from them have other names. */
export const openApiNames = ['yaml', 'yml', 'json'].flatMap((end) =>
  ['openapi', '*.openapi', '*-openapi', 'spec'].map((stem) => `${stem}.${end}`),
);

/** Returns whether a text is an OpenAPI document, and not another file with one of their names. */
export function isOpenApi(text: string): boolean {
  return /^[\s{]*"?openapi"?\s*:|^"?openapi"?\s*:|^ {1,4}"openapi"\s*:/m.test(text);
}

/** OpenAPI Specification 3.0.3 and 3.1, Path Item Object. */
const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];

/** The maximum number of values after aliases are expanded, by the document's length. */
const maxValues = (length: number) => Math.max(100_000, length);

/**
 * Returns the operations of an OpenAPI document, such as `GET /jobs/{id}`, each with its content for comparison.
 * Returns none for other or invalid files, which the generator reports.
 */
export function operationsIn(text: string): ReadonlyMap<string, string> {
  // The YAML parser and JSON.stringify are recursive.
  return unlessTooDeep(() => readOperations(text)) ?? new Map();
}

function readOperations(text: string): ReadonlyMap<string, string> {
  const { paths } = tableIn(text);
  return new Map(
    Object.entries(asTable(paths)).flatMap(([path, item]) => {
      const { parameters, ...own } = asTable(item);
      return methods.flatMap((method) => {
        const operation = ownValue(own, method);
        if (operation === undefined) return [];
        return [[`${method.toUpperCase()} ${path}`, JSON.stringify([parameters, operation])] as const];
      });
    }),
  );
}

function tableIn(text: string): Record<string, unknown> {
  const document = parseDocument(text, { ...yamlOptions, logLevel: 'error', merge: true });
  if (document.errors.length > 0 || yamlProblem(document.contents, text.length)) return {};
  try {
    const data: unknown = document.toJS({ maxAliasCount: -1 });
    return expandedSize(data) > maxValues(text.length) ? {} : asTable(data);
  } catch {
    return {}; // An alias without an anchor, or a merge of a value that is not a mapping.
  }
}

function asTable(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
