/** Archives: the part of this package that works without Nx. */
export type { ArchiveMember } from './archives/members.js';
export type { TarContent, TarEntry, TarOwner } from './archives/tar.js';
export {
  type ArchiveFormat,
  archiveFormats,
  tarSha256,
  writeArchive,
  type WrittenArchive,
  writeTar,
  writeTarGz,
} from './archives/write.js';
