/** Archives: the part of this package that works without Nx. */
export type { ArchiveMember } from './archives/members.js';
export { type ArchiveFormat, archiveFormats, writeArchive, type WrittenArchive } from './archives/write.js';
