export { type BuildRequest, type BuiltComponent, buildComponent } from './build.js';
export type { PackagedProgram } from './building/package-folder.js';
export { type ComponentInfo, describeComponent } from './info.js';
export type { Manifest } from './manifests/read.js';
export { readBundle, readComponent, readPipeline } from './read.js';
