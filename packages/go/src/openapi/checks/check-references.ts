import { goError } from '../../errors.js';
import { fragmentOf, type JsonObject, valueAt } from '../document/json.js';
import type { Origins } from '../document/origins.js';
import { referencesIn } from '../document/reachable.js';
import { describePlace } from '../document/shape.js';

/**
 * Checks that overlays removed no target of a remaining reference, and added no dangling reference.
 * @throws MillwrightError OPENAPI_REF_MISSING
 */
export function checkReferences(document: JsonObject, origins: Origins): void {
  for (const { target, pointer } of referencesIn(document, 'document', [])) {
    if (valueAt(document, target) !== undefined) continue;
    throw goError('OPENAPI_REF_MISSING', {
      what: `the reference ${fragmentOf(target)} cannot be resolved`,
      location: origins.locationOf([...pointer, '$ref']),
      why: `${describePlace(pointer)} has this reference, but an overlay removed its target`,
      remedy: 'change the overlay so that it also removes the reference, or keeps the target',
    });
  }
}
