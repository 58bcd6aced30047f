import { goError } from '../../errors.js';
import { fragmentOf, type JsonObject, valueAt } from '../document/json.js';
import type { Origins } from '../document/origins.js';
import { referencesIn } from '../document/reachable.js';
import { describePlace } from '../document/shape.js';

/**
 * Sees that overlays left no reference to what they removed, and added none to what is not there.
 * @throws MillwrightError OPENAPI_REF_MISSING
 */
export function checkReferences(document: JsonObject, origins: Origins): void {
  for (const { target, pointer } of referencesIn(document, 'document', [])) {
    if (valueAt(document, target) !== undefined) continue;
    throw goError('OPENAPI_REF_MISSING', {
      what: `${origins.of([...pointer, '$ref'])} refers to ${fragmentOf(target)}, which cannot be found`,
      why: `once the overlays are applied nothing is left there, but ${describePlace(pointer)} needs it`,
      remedy: 'Remove the reference in an overlay as well, or keep its target.',
    });
  }
}
