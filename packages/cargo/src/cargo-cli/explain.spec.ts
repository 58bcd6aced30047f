import { describe, expect, it } from 'vitest';
import { explainFailure } from './explain.js';

describe('known errors in the output of cargo have their own code', () => {
  it.each([
    ['error: profile `fast` is not defined', 'PROFILE_UNKNOWN', 'fast'],
    [
      "error[E0463]: can't find crate for `core`\n  = note: the `aarch64-unknown-linux-gnu` target may not be installed",
      'TARGET_MISSING',
      'aarch64-unknown-linux-gnu',
    ],
    [
      "error: Cargo couldn't find your home directory. This probably means that $HOME was not set.",
      'CARGO_HOME_UNUSABLE',
      'cargo cannot use its home directory',
    ],
    [
      'error: failed to acquire package cache lock\n\nCaused by:\n  failed to open: /x/.cargo/.package-cache\n\nCaused by:\n  failed to create directory `/x/.cargo`',
      'CARGO_HOME_UNUSABLE',
      'cargo cannot use its home directory',
    ],
    [
      'error: couldn\'t create a temp dir: No such file or directory (os error 2) at path "/nowhere/rustcX"',
      'TEMPORARY_FOLDER_UNUSABLE',
      'temporary files',
    ],
    ['error: linker `my-ld` not found', 'LINKER_MISSING', 'my-ld'],
    ['error: failed to write `/t/x.o`: No space left on device (os error 28)', 'DISK_FULL', 'disk'],
    ['collect2: fatal error: ld terminated with signal 7 [Bus error]', 'DISK_FULL', 'disk'],
    [
      'error: set `DATABASE_URL` to use query macros online, or run `cargo sqlx prepare`',
      'SQLX_DATABASE_MISSING',
      'SQLx',
    ],
    ['sccache: error: increment compilation is prohibited.', 'SCCACHE_INCREMENTAL', 'sccache'],
    ['  Could not find `protoc`. If `protoc` is installed, try setting', 'NATIVE_LIBRARY_MISSING', 'protoc'],
    [
      '  failed to execute command: No such file or directory (os error 2)\n  is `cmake` not installed?',
      'NATIVE_LIBRARY_MISSING',
      'cmake',
    ],
    [
      'The system library `libxml-2.0` required by crate `libxml` was not found.',
      'NATIVE_LIBRARY_MISSING',
      'libxml-2.0',
    ],
    [
      'error: failed to get `tinyvector` as a dependency of package `x`\nCaused by:\n  failed to load source for dependency `tinyvector`\nCaused by:\n  Unable to update https://example.org/lib/tinyvector?rev=1#abc',
      'SOURCE_UNREACHABLE',
      'https://example.org/lib/tinyvector',
    ],
    [
      'error: failed to load source for dependency `far`\nCaused by:\n  unable to update https://example.org/far?rev=1#abc\nCaused by:\n  failed to fetch into: /home/x/.cargo/git/db/far-1',
      'SOURCE_UNREACHABLE',
      'https://example.org/far',
    ],
    [
      "error: failed to run custom build command for `v8 v137.3.0`\n  --- stdout\n  static lib URL: https://example.org/v137.3.0/librusty_v8_release_x86_64-unknown-linux-gnu.a.gz\n  Downloading (using Python) https://example.org\n  --- stderr\n  thread 'main' panicked at build.rs:556:3:\n  assertion failed: status.success()",
      'SOURCE_UNREACHABLE',
      'cannot download the prebuilt V8 library from https://example.org/v137.3.0/librusty_v8_release_x86_64-unknown-linux-gnu.a.gz',
    ],
    ['error: something new\n  more', 'CARGO_FAILED', 'cargo failed'],
  ])('%s', (log, code, what) => {
    const error = explainFailure(log);
    expect(error.code).toBe(code);
    expect(error.what).toContain(what);
    expect(error.output).toBe(log);
  });
});
