import type { CargoTarget } from './metadata.js';

/** cargo's JSON messages, with the fields used here (Cargo reference, "External tools", "JSON messages"). */
export interface ArtifactMessage {
  readonly reason: 'compiler-artifact';
  readonly package_id: string;
  readonly target: CargoTarget;
  readonly filenames: readonly string[];
  readonly executable: string | null;
  /** Whether the unit was up to date. */
  readonly fresh: boolean;
}

export interface DiagnosticMessage {
  readonly reason: 'compiler-message';
  readonly package_id: string;
  readonly message: {
    readonly level: string;
    /** The message without colours and source excerpt. */
    readonly message?: string;
    readonly rendered: string | null;
  };
}

/** Reported when a build script has run; cargo counts this as a separate unit. */
export interface BuildScriptMessage {
  readonly reason: 'build-script-executed';
  readonly package_id: string;
  readonly out_dir: string;
  /** The variables that it sets for the compilation of its crate. */
  readonly env: readonly (readonly [string, string])[];
}

export type CargoMessage = ArtifactMessage | DiagnosticMessage | BuildScriptMessage;

const reasons: readonly unknown[] = ['compiler-artifact', 'compiler-message', 'build-script-executed'];

/** Parses one line of cargo's standard output; returns undefined for other messages and for output of build tools. */
export function parseCargoMessage(line: string): CargoMessage | undefined {
  if (!line.startsWith('{')) return undefined;
  let message: { reason?: unknown };
  try {
    message = JSON.parse(line) as { reason?: unknown };
  } catch {
    return undefined;
  }
  return reasons.includes(message.reason) ? (message as CargoMessage) : undefined;
}

/** Returns the files that become artifacts: executables and C libraries, not rlibs or proc macros. */
export function finalFiles(message: ArtifactMessage): string[] {
  if (message.target.kind.includes('bin')) return message.executable === null ? [] : [message.executable];
  const patterns: RegExp[] = [];
  if (message.target.crate_types.includes('cdylib')) patterns.push(/\.(so|dylib|dll|wasm)$/);
  if (message.target.crate_types.includes('staticlib')) patterns.push(/\.(a|lib)$/);
  return message.filenames.filter((file) => patterns.some((pattern) => pattern.test(file)));
}

/** Returns whether a target produces an artifact. */
export function hasFinalFile(target: CargoTarget): boolean {
  return target.kind.some((kind) => kind === 'bin' || kind === 'cdylib' || kind === 'staticlib');
}

/** Parses the last `done/total` of cargo's progress bar in a line of its standard error. */
export function parseProgress(line: string): { readonly done: number; readonly total: number } | undefined {
  const match = [...line.matchAll(/Building[^\r]*?\] (\d+)\/(\d+)/g)].at(-1);
  return match ? { done: Number(match[1]), total: Number(match[2]) } : undefined;
}

/** Returns the file name of an artifact. */
export function finalFileName(file: string): string {
  return file.split(/[/\\]/).at(-1) ?? file;
}
