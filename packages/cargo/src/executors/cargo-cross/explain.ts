import { type ErrorCode, MillwrightError } from '@millwright/toolkit';
import { bringing } from '../../preflight/prebuilt.js';

interface Explanation {
  readonly pattern: RegExp;
  readonly code: ErrorCode;
  readonly what: (match: RegExpExecArray) => string;
  readonly why: (match: RegExpExecArray) => string;
  readonly remedy?: (match: RegExpExecArray) => string;
}

const exact = (text: string) => (): string => text;

/** Known causes, each by the words in which cargo, rustc or a linker reports it. */
const explanations: readonly Explanation[] = [
  {
    pattern: /No space left on device|os error 28|ENOSPC|signal 7 \[Bus error\]|\(signal: 7, SIGBUS/,
    code: 'DISK_FULL',
    what: exact('the disk filled up during the build'),
    why: exact('cargo, a compiler or the linker could not write its output'),
  },
  {
    pattern: /set `DATABASE_URL` to use query macros online|DATABASE_URL env var is missing/,
    code: 'SQLX_DATABASE_MISSING',
    what: exact('SQLx has no database to check its queries against'),
    why: exact('DATABASE_URL is not set, and its offline mode is off or has no saved queries'),
    remedy: exact(
      'set the option sqlxOffline, with the .sqlx folder beside Cargo.lock; cargo sqlx prepare writes it',
    ),
  },
  {
    pattern: /increment(?:al)? compilation is prohibited/,
    code: 'SCCACHE_INCREMENTAL',
    what: exact('sccache was asked to compile incrementally'),
    why: exact('it cannot, and CARGO_INCREMENTAL or the profile asks for it'),
    remedy: exact('CARGO_INCREMENTAL=0, or unset RUSTC_WRAPPER for development builds'),
  },
  {
    pattern: /Could not find `protoc`|protoc.{0,40}(?:not found|failed to execute)/i,
    code: 'NATIVE_LIBRARY_MISSING',
    what: exact('protoc is not on this machine'),
    why: exact('a build script compiles .proto files with it'),
    remedy: exact('apt-get install protobuf-compiler'),
  },
  {
    pattern: /is `cmake` not installed\?|failed to execute command: No such file or directory[^]*cmake/,
    code: 'NATIVE_LIBRARY_MISSING',
    what: exact('cmake is not on this machine'),
    why: exact('a build script builds a native library with it'),
    remedy: exact('apt-get install cmake'),
  },
  {
    pattern:
      /Could not run `.*pkg-config|pkg-config.{0,60}(?:command )?could not be found|install a package such as pkg-config/i,
    code: 'NATIVE_LIBRARY_MISSING',
    what: exact('pkg-config is not on this machine'),
    why: exact('a build script looks for a native library with it'),
    remedy: exact('apt-get install pkg-config'),
  },
  {
    pattern: /The system library `([^`]+)` required by crate `([^`]+)` was not found/,
    code: 'NATIVE_LIBRARY_MISSING',
    what: (match) => `the library ${match[1] ?? ''} is not on this machine`,
    why: (match) => `${match[2] ?? ''} links to it, and pkg-config does not find it`,
  },
  {
    pattern:
      /failed to (?:load source for dependency|get|fetch|update)[^]*?(?:[Uu]nable to update |into: |repository |`)((?:https?|ssh|git|file):[^\s`?]+)/,
    code: 'SOURCE_UNREACHABLE',
    what: (match) => `${match[1] ?? 'a source'} cannot be reached`,
    why: exact('the lock file takes a package from there, and it is not downloaded yet'),
  },
  {
    // What the build script of `v8` prints, before it panics.
    pattern: /static lib URL: (https?:\S+)[^]*assertion failed/,
    code: 'SOURCE_UNREACHABLE',
    what: (match) => `${match[1] ?? 'a prebuilt library'} cannot be downloaded`,
    why: exact('the build script of v8 takes its prebuilt library from there'),
    remedy: (match) => bringing(match[1] ?? '', 'RUSTY_V8_ARCHIVE'),
  },
  {
    pattern: /profile `([^`]+)` is not defined/,
    code: 'PROFILE_UNKNOWN',
    what: (match) => `there is no profile "${match[1] ?? ''}"`,
    why: () => "neither Cargo nor the workspace's manifest or configuration defines it",
  },
  {
    pattern: /can't find crate for `(?:core|std)`[\s\S]*?the `([^`]+)` target may not be installed/,
    code: 'TARGET_MISSING',
    what: (match) => `no Rust standard library for ${match[1] ?? ''}`,
    why: () => 'the toolchain that cargo used has none',
    remedy: (match) => `rustup target add ${match[1] ?? ''}`,
  },
  {
    pattern: /error: linker `([^`]+)` not found/,
    code: 'LINKER_MISSING',
    what: (match) => `the linker ${match[1] ?? ''} is not there`,
    why: () => "cargo's configuration or environment names it, or it is rustc's default",
    remedy: (match) => `install ${match[1] ?? ''}, or correct [target.<triple>] linker`,
  },
];

/**
 * The error for a cargo that failed, with the cause where its words are known.
 * @param log all that cargo and rustc said
 */
export function explainFailure(log: string, compiled: boolean): MillwrightError {
  for (const { pattern, code, what, why, remedy } of explanations) {
    const match = pattern.exec(log);
    if (!match) continue;
    return new MillwrightError(code, {
      what: what(match),
      why: why(match),
      output: log,
      ...(remedy ? { remedy: remedy(match) } : {}),
    });
  }
  const lines = log.split('\n');
  const own = lines.findIndex((line) => /^error(\[|:)/.test(line));
  return new MillwrightError(compiled ? 'COMPILE_FAILED' : 'CARGO_FAILED', {
    what: compiled ? 'the build failed' : 'cargo failed',
    why:
      own === -1
        ? (lines.at(-1) ?? '')
        : lines
            .slice(own, own + 8)
            .join('\n       ')
            .trimEnd(),
    output: log,
  });
}
