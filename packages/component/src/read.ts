import { join } from 'node:path';
import { checkBundle } from './checks/bundle.js';
import { checkComponent } from './checks/component.js';
import { checkPipeline } from './checks/pipeline.js';
import { type BundleDocument, bundleSchema } from './manifests/bundle.js';
import { type ComponentDocument, componentSchema } from './manifests/component.js';
import { type PipelineDocument, pipelineSchema } from './manifests/pipeline.js';
import { type Manifest, readManifest } from './manifests/read.js';

/**
 * Reads and validates the component.yaml of a folder.
 * @throws MillwrightError COMPONENT_FILE_MISSING, COMPONENT_FILE_INVALID
 */
export function readComponent(folder: string): Manifest<ComponentDocument> {
  return readManifest(join(folder, 'component.yaml'), componentSchema, checkComponent);
}

/**
 * Reads and validates the bundle.yaml of a folder.
 * @throws MillwrightError COMPONENT_FILE_MISSING, COMPONENT_FILE_INVALID
 */
export function readBundle(folder: string): Manifest<BundleDocument> {
  return readManifest(join(folder, 'bundle.yaml'), bundleSchema, checkBundle);
}

/**
 * Reads and validates a pipeline of flowctl.
 * @throws MillwrightError COMPONENT_FILE_MISSING, COMPONENT_FILE_INVALID
 */
export function readPipeline(file: string): Manifest<PipelineDocument> {
  return readManifest(file, pipelineSchema, checkPipeline);
}
