import { MillwrightError } from '@millwright/toolkit';
import { fragmentOf, type JsonObject, valueAt } from './json.js';
import type { Origins } from './origins.js';
import { referencesIn } from './reachable.js';
import { describePlace } from './shape.js';

/**
 * Sees that overlays left no reference to what they removed, and added none to what is not there.
 * @throws MillwrightError OPENAPI_REF_MISSING
 */
export function checkReferences(document: JsonObject, origins: Origins): void {
  for (const { target, pointer } of referencesIn(document, 'document', [])) {
    if (valueAt(document, target) !== undefined) continue;
    throw new MillwrightError('OPENAPI_REF_MISSING', {
      what: `${origins.of([...pointer, '$ref'])} refers to ${fragmentOf(target)}, which cannot be found`,
      why: `once the overlays are applied nothing is left there, but ${describePlace(pointer)} needs it`,
      remedy: 'Let an overlay remove the reference as well, or keep what it leads to.',
    });
  }
}
