import { load, YAMLException } from 'js-yaml';

/** What git calls the files that describe an API, by their usual names; bundles made from them are named otherwise. */
export const openApiNames = ['yaml', 'yml', 'json'].flatMap((end) => [`openapi.${end}`, `*.openapi.${end}`]);

/** OpenAPI Specification 3.0.3 and 3.1, Path Item Object. */
const methods = ['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace'];

/**
 * The operations of an OpenAPI document, such as `GET /jobs/{id}`, each with its text to tell whether it changed.
 * None of a file that is no such document, or that cannot be read: whoever generates from it says so.
 */
export function operationsIn(text: string): ReadonlyMap<string, string> {
  const { paths } = tableIn(text);
  return new Map(
    Object.entries(asTable(paths)).flatMap(([path, item]) => {
      const { parameters, ...own } = asTable(item);
      return methods.flatMap((method) => {
        const operation = own[method];
        if (operation === undefined) return [];
        return [[`${method.toUpperCase()} ${path}`, JSON.stringify([parameters, operation])] as const];
      });
    }),
  );
}

function tableIn(text: string): Record<string, unknown> {
  try {
    return asTable(load(text));
  } catch (error) {
    if (error instanceof YAMLException) return {};
    throw error;
  }
}

function asTable(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
