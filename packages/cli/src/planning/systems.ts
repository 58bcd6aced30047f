import { gnuPrefix, type Libc, platformInfo, tripleOf } from '@millwright/toolkit';
import type { CiTask } from './task-graph.js';

/** The operating system of a CI machine. */
export type System = 'linux' | 'macos' | 'windows';

/** What a CI machine needs for a build, beside cargo or go. */
export interface BuildNeeds {
  readonly system: System;
  /** rustc's target triple, if rustup has to add it. */
  readonly triple?: string;
  /** Debian's package with the cross compiler. */
  readonly package?: string;
  /** Whether zig links it: for an older glibc, and where Debian has no cross compiler. */
  readonly zig: boolean;
}

/**
 * Returns what a build for a platform needs. Everything is cross-compiled on Linux (amd64), except where linking requires
 * Apple's SDK or Microsoft's linker.
 * @param crossCompiled platforms that the workspace can link on Linux all the same
 * @throws MillwrightError PLATFORM_UNKNOWN
 */
export function buildNeeds({ executor, options }: CiTask, crossCompiled: readonly string[]): BuildNeeds {
  const platform = text(options.platform);
  const isCrossCompiled = platform !== undefined && crossCompiled.includes(platform);
  if (executor === '@millwright/go:build') {
    if (options.cgo !== true || platform === undefined) return { system: 'linux', zig: false };
    const { goos, triples } = platformInfo(platform);
    const own = isCrossCompiled ? 'linux' : systemOf(goos);
    const triple = triples.gnu ?? '';
    return { system: own, ...(own === 'linux' ? linker(triple, options) : { zig: false }) };
  }
  const triple = text(options.target) ?? tripleOf(platform ?? '', options.libc as Libc | undefined);
  const own = isCrossCompiled ? 'linux' : systemOfTriple(triple);
  return { system: own, triple, ...(own === 'linux' ? linker(triple, options) : { zig: false }) };
}

/** The linker for a triple on Linux (amd64), in the order in which Millwright prefers them. */
function linker(
  triple: string,
  { glibc, linker: chosen }: Readonly<Record<string, unknown>>,
): Pick<BuildNeeds, 'package' | 'zig'> {
  if (glibc !== undefined || chosen === 'zigbuild') return { zig: true };
  if (/^(x86_64-unknown-linux-|wasm)|-none|-uefi$/.test(triple)) return { zig: false };
  const prefix = triple.includes('-musl') ? undefined : gnuPrefix(triple);
  return prefix === undefined ? { zig: true } : { zig: false, package: `gcc-${prefix.slice(0, -1)}` };
}

function systemOf(goos: string): System {
  return goos === 'darwin' ? 'macos' : goos === 'windows' ? 'windows' : 'linux';
}

function systemOfTriple(triple: string): System {
  if (triple.includes('-apple-')) return 'macos';
  return triple.includes('-windows-') ? 'windows' : 'linux';
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
