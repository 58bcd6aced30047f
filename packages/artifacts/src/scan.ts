/** Scans of SBOMs: works without Nx and without a network. */
export { type FailOn, failOnValues } from './scan/fail-on.js';
export { type OsvDatabase, readDatabase } from './scan/database.js';
export { type IgnoreEntry, readIgnoreFile } from './scan/ignore.js';
export { describeReport, type ScanReport, type ScanRequest, scanSbom, writeReport } from './scan/scan.js';
