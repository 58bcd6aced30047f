/** Whether a binary can run in an image: the part of this package that works without Nx. */
export {
  checkCompatibility,
  type Incompatibility,
  objectArchitecture,
  type Remedies,
  type RuntimeImage,
} from './image-check/check-compatibility.js';
export {
  contentsOf,
  type ImageContents,
  type ImageEntries,
  linkResolver,
  readImageEntries,
  stackEntries,
} from './image-check/image-contents.js';
