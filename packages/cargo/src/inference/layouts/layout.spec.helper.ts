import type { Files } from '../../resolution/world.spec.helper.js';

/** A repository with a package `tool`, whose binary the tests build. */
export interface Layout {
  readonly name: string;
  readonly files: Files;
  /** Prepares the folder beyond writing files, for example with links. */
  readonly prepare?: (folder: string) => void;
  /** The folder of the Cargo workspace; default: the repository's root. */
  readonly workspace?: string;
  /** Files that build scripts and macros open, so that the compiler does not record them. */
  readonly unreportedReads?: readonly string[];
  /** Files that are inputs although no build reads them, each with the reason. */
  readonly needless?: Readonly<Record<string, string>>;
  /** Files that tests read when they run. */
  readonly testReads?: readonly string[];
}

export function packageManifest(name: string, rest = '', edition = '2021'): string {
  return `[package]\nname = "${name}"\nversion = "0.1.0"\nedition = "${edition}"\n${rest}`;
}

/** Returns a binary's source that prints the values of expressions. */
export function main(...expressions: readonly string[]): string {
  return `fn main() {\n${expressions.map((one) => `    println!("{}", ${one});\n`).join('')}}\n`;
}

/** Returns a source with a unique constant `T`. */
export function text(value: string): string {
  return `pub const T: &str = "${value}";\n`;
}

/** Files that no build reads, in every layout. */
export const filesNeverRead: Files = {
  'NOTES.txt': 'a note',
  'docs/guide.md': '# A guide\n',
};

/** Reasons for inputs that no build reads. */
export const reasons = {
  condition: 'conditions on targets and features are not evaluated',
  script: 'the build script reads files whose paths cannot be told, or says nothing of what it reads',
  macro: 'a macro makes the modules unknowable, so the folder of the root file counts whole',
  call: 'a macro that reads files may be called from any source',
  folder: 'what is read is a folder, so all that is in it counts',
} as const;

/** The lines of a manifest for a binary at a path. */
export const bin = (path: string) => `[[bin]]\nname = "tool"\npath = "${path}"\n`;

/** The lines of a manifest for a path dependency. */
export const dependsOn = (path: string) => `[dependencies]\nbase = { path = "${path}" }\n`;
