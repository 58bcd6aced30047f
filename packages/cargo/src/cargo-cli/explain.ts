import { type MillwrightError } from '@millwright/toolkit';
import { cargoError, type CargoErrorCode } from '../errors.js';
import { downloadRemedy } from '../preflight/prebuilt.js';
import { cargoHomeError } from '../toolchain/cargo-home.js';
import { tooOldError } from '../toolchain/rust-version.js';

interface Explanation {
  readonly pattern: RegExp;
  readonly code: CargoErrorCode;
  readonly what: (match: RegExpExecArray) => string;
  readonly why: (match: RegExpExecArray) => string;
  readonly remedy?: (match: RegExpExecArray) => string;
}

const constant = (text: string) => (): string => text;

/** Known causes, by the messages in which cargo, rustc or a linker reports them. */
const explanations: readonly Explanation[] = [
  {
    pattern: /No space left on device|os error 28|ENOSPC|signal 7 \[Bus error\]|\(signal: 7, SIGBUS/,
    code: 'DISK_FULL',
    what: constant('the disk filled up during the build'),
    why: constant('cargo, a compiler or the linker could not write its output'),
  },
  {
    pattern: /set `DATABASE_URL` to use query macros online|DATABASE_URL env var is missing/,
    code: 'SQLX_DATABASE_MISSING',
    what: constant('SQLx has no database to check its queries against'),
    why: constant('DATABASE_URL is not set, and SQLx offline mode is off or has no saved queries'),
    remedy: constant(
      'run cargo sqlx prepare, which writes the .sqlx folder next to Cargo.lock, and set the option sqlxOffline',
    ),
  },
  {
    pattern: /increment(?:al)? compilation is prohibited/,
    code: 'SCCACHE_INCREMENTAL',
    what: constant('sccache does not support incremental compilation'),
    why: constant('CARGO_INCREMENTAL or the profile turns it on'),
    remedy: constant('set CARGO_INCREMENTAL=0, or unset RUSTC_WRAPPER for development builds'),
  },
  {
    pattern: /Could not find `protoc`|protoc.{0,40}(?:not found|failed to execute)/i,
    code: 'NATIVE_LIBRARY_MISSING',
    what: constant('protoc is not installed'),
    why: constant('a build script uses it to compile .proto files'),
    remedy: constant('apt-get install protobuf-compiler'),
  },
  {
    pattern: /is `cmake` not installed\?|failed to execute command: No such file or directory[^]*cmake/,
    code: 'NATIVE_LIBRARY_MISSING',
    what: constant('cmake is not installed'),
    why: constant('a build script uses it to build a native library'),
    remedy: constant('apt-get install cmake'),
  },
  {
    pattern:
      /Could not run `.*pkg-config|pkg-config.{0,60}(?:command )?could not be found|install a package such as pkg-config/i,
    code: 'NATIVE_LIBRARY_MISSING',
    what: constant('pkg-config is not installed'),
    why: constant('a build script uses it to find a native library'),
    remedy: constant('apt-get install pkg-config'),
  },
  {
    pattern: /The system library `([^`]+)` required by crate `([^`]+)` was not found/,
    code: 'NATIVE_LIBRARY_MISSING',
    what: (match) => `the system library ${match[1] ?? ''} is not installed`,
    why: (match) => `the crate ${match[2] ?? ''} requires it, and pkg-config cannot find it`,
  },
  {
    pattern:
      /failed to (?:load source for dependency|get|fetch|update)[^]*?(?:[Uu]nable to update |into: |repository |`)((?:https?|ssh|git|file):[^\s`?]+)/,
    code: 'SOURCE_UNREACHABLE',
    what: (match) => `cannot reach the package source ${match[1] ?? ''}`,
    why: constant('Cargo.lock lists a package from this source that has not been downloaded yet'),
  },
  {
    // Printed by the build script of `v8` before it panics.
    pattern: /static lib URL: (https?:\S+)[^]*assertion failed/,
    code: 'SOURCE_UNREACHABLE',
    what: (match) => `cannot download the prebuilt V8 library from ${match[1] ?? ''}`,
    why: constant('the build script of the crate v8 requires this file'),
    remedy: (match) => downloadRemedy(match[1] ?? '', 'RUSTY_V8_ARCHIVE'),
  },
  {
    pattern: /couldn't create a temp dir[^\n]*|Cannot create temporary file in [^\n]*/,
    code: 'TEMPORARY_FOLDER_UNUSABLE',
    what: constant('a compiler or linker cannot create temporary files'),
    why: ([words]) => words,
  },
  {
    pattern: /profile `([^`]+)` is not defined/,
    code: 'PROFILE_UNKNOWN',
    what: (match) => `the profile "${match[1] ?? ''}" is not defined`,
    why: () =>
      "the profile is not built into Cargo, and neither the workspace's Cargo.toml nor Cargo's configuration defines it",
  },
  {
    pattern: /can't find crate for `(?:core|std)`[\s\S]*?the `([^`]+)` target may not be installed/,
    code: 'TARGET_MISSING',
    what: (match) => `the Rust standard library for ${match[1] ?? ''} is not installed`,
    why: () => 'the active toolchain does not include it',
    remedy: (match) => `rustup target add ${match[1] ?? ''}`,
  },
  {
    pattern: /error: linker `([^`]+)` not found/,
    code: 'LINKER_MISSING',
    what: (match) => `linker \`${match[1] ?? ''}\` not found`,
    why: () => "Cargo's configuration or environment selects it, or it is rustc's default",
    remedy: (match) =>
      `install ${match[1] ?? ''}, or set another linker in [target.<triple>] of .cargo/config.toml`,
  },
];

/**
 * Returns the error for a failed cargo run, with the cause if its message is known.
 * @param log the output of cargo and rustc
 * @param failed a sentence that names the crate that does not compile, if known
 */
export function explainFailure(log: string, failed?: string): MillwrightError {
  const known = tooOldError(log) ?? cargoHomeError(log);
  if (known) return known;
  for (const { pattern, code, what, why, remedy } of explanations) {
    const match = pattern.exec(log);
    if (!match) continue;
    return cargoError(code, {
      what: what(match),
      why: why(match),
      output: log,
      ...(remedy ? { remedy: remedy(match) } : {}),
    });
  }
  return cargoError(failed === undefined ? 'CARGO_FAILED' : 'COMPILE_FAILED', {
    what: failed ?? 'cargo failed',
    why: errorLines(log),
    output: log,
  });
}

/** The maximum number of lines shown from cargo's output: its errors list each cause on its own line. */
const maxLines = 20;

/** Returns cargo's output from its first error on, or the last lines if there is no error line. */
function errorLines(log: string): string {
  const lines = log.trimEnd().split('\n');
  const first = lines.findIndex((line) => /^error(\[|:)/.test(line));
  const own = first === -1 ? lines.slice(-maxLines) : lines.slice(first, first + maxLines);
  return own.join('\n       ').trimEnd();
}
