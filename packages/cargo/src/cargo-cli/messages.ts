import type { CargoTarget } from './metadata.js';

/** cargo's JSON messages, as far as they matter here (Cargo reference, "External tools", "JSON messages"). */
export interface ArtifactMessage {
  readonly reason: 'compiler-artifact';
  readonly package_id: string;
  readonly target: CargoTarget;
  readonly filenames: readonly string[];
  readonly executable: string | null;
  /** Whether cargo found it up to date and compiled nothing. */
  readonly fresh: boolean;
}

export interface DiagnosticMessage {
  readonly reason: 'compiler-message';
  readonly package_id: string;
  readonly message: {
    readonly level: string;
    /** The text without its colours and what stands below it. */
    readonly message?: string;
    readonly rendered: string | null;
  };
}

/** A build script has run; cargo counts that as a step of its own. */
export interface BuildScriptMessage {
  readonly reason: 'build-script-executed';
  readonly package_id: string;
  readonly out_dir: string;
  /** The variables that it sets for its crate's compilation. */
  readonly env: readonly (readonly [string, string])[];
}

export type CargoMessage = ArtifactMessage | DiagnosticMessage | BuildScriptMessage;

const reasons: readonly unknown[] = ['compiler-artifact', 'compiler-message', 'build-script-executed'];

/** One line of cargo's standard output; undefined for messages of no concern and for text of build tools. */
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

/** The final files among an artifact's: the executable, the C libraries; never an rlib or a proc macro. */
export function finalFiles(message: ArtifactMessage): string[] {
  if (message.target.kind.includes('bin')) return message.executable === null ? [] : [message.executable];
  const wanted: RegExp[] = [];
  if (message.target.crate_types.includes('cdylib')) wanted.push(/\.(so|dylib|dll|wasm)$/);
  if (message.target.crate_types.includes('staticlib')) wanted.push(/\.(a|lib)$/);
  return message.filenames.filter((file) => wanted.some((pattern) => pattern.test(file)));
}

/** The targets of a crate that end in a final file. */
export function hasFinalFile(target: CargoTarget): boolean {
  return target.kind.some((kind) => kind === 'bin' || kind === 'cdylib' || kind === 'staticlib');
}

/** How far cargo says it is: the last `done/total` of the progress bar in a line of its standard error. */
export function parseProgress(line: string): { readonly done: number; readonly total: number } | undefined {
  const match = [...line.matchAll(/Building[^\r]*?\] (\d+)\/(\d+)/g)].at(-1);
  return match ? { done: Number(match[1]), total: Number(match[2]) } : undefined;
}

/** The name under which a final file is handed over. */
export function finalFileName(file: string): string {
  return file.split(/[/\\]/).at(-1) ?? file;
}
