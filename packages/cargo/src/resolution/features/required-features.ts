import type { Crate, CrateTarget } from '../../manifests/model.js';
import { allFeatures, expandFeatures } from './features.js';

/**
 * Whether cargo builds a target under options of a build as they are written (Cargo reference, "Cargo Targets",
 * `required-features`). What a script prints is not known here, and counts as no feature.
 */
export function hasRequiredFeatures(
  crate: Crate,
  { requiredFeatures }: CrateTarget,
  options: Readonly<Record<string, unknown>>,
): boolean {
  if (requiredFeatures.length === 0) return true;
  const named = typeof options.features === 'string' ? options.features.split(/[\s,]+/) : options.features;
  const { features, requests } = expandFeatures(crate, [
    ...(options.defaultFeatures === false ? [] : ['default']),
    ...(options.allFeatures === true ? [allFeatures] : []),
    ...(Array.isArray(named) ? named.filter((name) => typeof name === 'string') : []),
  ]);
  return requiredFeatures.every((required) => {
    const [key = '', feature] = required.split('/');
    return feature === undefined ? features.has(required) : requests.get(key)?.has(feature) === true;
  });
}
