import { goError } from '../../errors.js';
import type { JsonObject } from '../document/json.js';
import { locationIn } from '../document/origins.js';
import { type Place, isReference } from '../document/references.js';

/**
 * Rejects a reference instead of a whole map, which some documents contain but no version of OpenAPI
 * allows.
 */
export function rejectReference(value: JsonObject, { source, pointer }: Place): void {
  if (!isReference(value)) return;
  throw goError('OPENAPI_DOCUMENT_INVALID', {
    what: 'a $ref is used where a map is required',
    location: locationIn(source, [...pointer, '$ref']),
    why: 'OpenAPI allows references only for the entries of this map',
    remedy: 'list the entries of the map, each with its own $ref',
  });
}
