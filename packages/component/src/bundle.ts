import { join, resolve } from 'node:path';
import { artifactsFolder } from '@millwright/artifacts';
import { isInAnyFolder, type MillwrightError, warnOnce } from '@millwright/toolkit';
import { type BuiltComponent, buildComponent } from './build.js';
import { componentError } from './errors.js';
import { describeComponent } from './info.js';
import type { BundleDocument } from './manifests/bundle.js';
import { readBundle } from './read.js';

export interface BundleRequest {
  /** The folder with bundle.yaml. */
  readonly folder: string;
  /** Platforms, or `all` for those that each component lists (default: the host platform). */
  readonly platforms?: readonly string[] | undefined;
  /** Receives warnings (default: they are printed to standard error). */
  readonly onWarning?: (warning: MillwrightError) => void;
}

export interface BuiltBundle {
  readonly name: string;
  readonly version: string | undefined;
  readonly components: readonly BuiltComponent[];
}

/**
 * Builds the components of a bundle in its order, each into `artifacts/components/<name>` of the bundle. All files are
 * validated before the first is built.
 * @throws MillwrightError as `buildComponent`, PATH_OUTSIDE_WORKSPACE
 */
export async function buildBundle({
  folder,
  platforms,
  onWarning = warnOnce,
}: BundleRequest): Promise<BuiltBundle> {
  const { file, document, warnings } = readBundle(folder);
  for (const warning of warnings) onWarning(warning);
  const all = inOrder(document).map(({ name, path = name, language }) => ({
    folder: join(folder, path),
    language,
    platforms,
    onWarning,
    output: resolve(folder, artifactsFolder, 'components', name),
  }));
  for (const one of all) {
    if (!isInAnyFolder(resolve(one.folder), [resolve(folder)]))
      throw componentError('PATH_OUTSIDE_WORKSPACE', {
        what: `${file} has a component outside its folder`,
        why: `the path ${one.folder} leads out of ${folder}`,
        remedy: 'use a path inside the folder of the bundle',
      });
    describeComponent(one.folder, one.language);
  }
  const components: BuiltComponent[] = [];
  for (const one of all) components.push(await buildComponent(one));
  return { name: document.metadata.name, version: document.metadata.version, components };
}

/** Returns the components in the order of `build.order`; those that it does not name follow. */
function inOrder({ spec }: BundleDocument): BundleDocument['spec']['components'] {
  const order = spec.build?.order ?? [];
  const rank = (name: string) => (order.includes(name) ? order.indexOf(name) : order.length);
  return spec.components.toSorted((one, other) => rank(one.name) - rank(other.name));
}
