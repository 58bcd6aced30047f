import { goError } from '../../errors.js';
import { isObject, type JsonObject, type Pointer } from './json.js';
import { methods } from './shape.js';
import type { Source } from './source.js';

/**
 * Checks that a file is an OpenAPI document.
 * @throws MillwrightError OPENAPI_DOCUMENT_INVALID
 */
export function checkDocument({ path, data }: Source): void {
  const invalid = (why: string, remedy?: string) =>
    goError('OPENAPI_DOCUMENT_INVALID', {
      what: 'the file is not an OpenAPI document',
      location: { file: path },
      why,
      ...(remedy === undefined ? {} : { remedy }),
    });
  if (!isObject(data)) throw invalid('its top level is not a mapping');
  if (data.swagger !== undefined) {
    throw invalid(
      `it uses Swagger ${JSON.stringify(data.swagger)}`,
      'convert the document to OpenAPI 3, and set `spec` to the result',
    );
  }
  if (data.openapi === undefined) throw invalid('it has no field "openapi"');
  const version = typeof data.openapi === 'string' ? data.openapi : '';
  if (!/^3\.[01](\.|$)/.test(version)) {
    throw invalid(`its version is ${JSON.stringify(data.openapi)}; 3.0 and 3.1 are supported`);
  }
  if (!isObject(data.info)) throw invalid('it has no "info"');
  if (!isObject(data.paths) && version.startsWith('3.0')) throw invalid('it has no "paths"');
}

export interface Operation {
  /** In upper case. */
  readonly method: string;
  readonly path: string;
  /** Undefined if the document has none. Generators then derive one from method and path. */
  readonly id: string | undefined;
  readonly pointer: Pointer;
}

/** Returns every operation that a client can call, in document order. */
export function operationsOf(document: JsonObject): Operation[] {
  const paths = isObject(document.paths) ? document.paths : {};
  return Object.entries(paths).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const operation = isObject(item) ? item[method] : undefined;
      if (!isObject(operation) || path.startsWith('x-')) return [];
      const id = typeof operation.operationId === 'string' ? operation.operationId : undefined;
      return [{ method: method.toUpperCase(), path, id, pointer: ['paths', path, method] }];
    }),
  );
}
