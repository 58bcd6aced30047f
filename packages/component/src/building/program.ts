import type { Platform } from '@millwright/toolkit';
import type { BuildSettings } from '../manifests/languages.js';

/** A component to build. */
export interface Subject {
  readonly name: string;
  /** The absolute path of the folder with component.yaml. */
  readonly folder: string;
  /** The path of component.yaml, for messages. */
  readonly file: string;
  readonly settings: BuildSettings;
}

/** A program that was built for a platform, checked and placed. */
export interface BuiltProgram {
  readonly platform: Platform;
  /** The absolute path. */
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /** In lower-case hexadecimal. */
  readonly sha256: string;
}
