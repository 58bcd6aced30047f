export { type ArchiveMember, readArchive } from './archive.js';
export { type ByteSource, fileSource, memorySource } from './bytes/byte-source.js';
export { ObjectFileError } from './bytes/object-file-error.js';
export { type Expectation, rejectionReason } from './model/expectation.js';
export { compareVersions } from './model/glibc-version.js';
export type { RuntimeLibc } from './model/libc.js';
export type { GlibcRequirement, ObjectFile, ObjectKind } from './model/object-file.js';
export { parseObjectFile, readObjectFile } from './read.js';
export { listSections, readSection, sectionOf, type SectionPlace } from './sections.js';
