export { type BuildRequest, type BuiltComponent, buildComponent } from './build.js';
export type { PackagedProgram } from './building/package-folder.js';
export { type BuiltBundle, buildBundle, type BundleRequest } from './bundle.js';
export { type ComponentInfo, describeComponent } from './info.js';
export { initComponent, type InitializedComponent, type InitRequest } from './init.js';
export type { Manifest } from './manifests/read.js';
export { readBundle, readComponent, readPipeline } from './read.js';
export { testComponent } from './test.js';
