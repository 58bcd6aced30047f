import type { Crate, CrateTarget } from '../../manifests/model.js';
import { allFeatures, expandFeatures } from './features.js';

/**
 * Returns whether cargo builds a target with the given, unparsed build options (Cargo reference, "Cargo Targets",
 * `required-features`). Features from scripts are unknown here and do not count.
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
