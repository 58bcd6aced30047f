/** Installation of signed archives: the part of this package that works without Nx. */
export { install, type Installed, type InstallRequest } from './install/install.js';
export { type EntryReader, readTar } from './install/read-tar.js';
