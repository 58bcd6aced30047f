import { basename } from 'node:path';
import type { Environment } from '@millwright/toolkit';

/** Variables that cargo, rustc, gcc, clang, and the crates cc, pkg-config and cmake read for any package. */
const compilerVariables = new RegExp(
  [
    '^CARGO_(BUILD|ENCODED|PROFILE|TARGET|UNSTABLE|ALIAS|HOST)_',
    '^RUST(C|FLAGS|DOC|_TARGET_PATH|C_)',
    '^(HOST_|TARGET_)?(CC|CXX|AR|CFLAGS|CXXFLAGS|LDFLAGS|ARFLAGS|RANLIB)($|_)',
    '^(CPATH|LIBRARY_PATH|LD|COMPILER_PATH|GCC_EXEC_PREFIX|CRATE_CC_NO_DEFAULTS|SOURCE_DATE_EPOCH)$',
    '^(C|CPLUS|OBJC|OBJCPLUS)_INCLUDE_PATH$',
    '^((HOST_|TARGET_)?PKG_CONFIG|SYSROOT$)',
    // Per library for pkg-config, such as ZLIB_STATIC.
    '^\\w+_(NO_PKG_CONFIG|STATIC|DYNAMIC)$',
    '^(OPENSSL|CROSS|ZIG|SQLX)_',
  ].join('|'),
);
/** The subset that does not affect Rust code and its linking. */
const cOnlyVariables =
  /^((HOST_|TARGET_)?(CC|CXX|AR|CFLAGS|CXXFLAGS|ARFLAGS|RANLIB)($|_)|CPATH$|CRATE_CC_NO_DEFAULTS$|(C|CPLUS|OBJC|OBJCPLUS)_INCLUDE_PATH$)/;

/** Returns whether a variable affects only the compilation of C code. */
export function isForC(name: string): boolean {
  return cOnlyVariables.test(name);
}

/** Variables that affect paths or speed, but not the content of artifacts. */
const neutralVariables =
  /^(CARGO_BUILD_(JOBS|TARGET_DIR|BUILD_DIR|INCREMENTAL)|CARGO_TARGET_DIR|CROSS_DEBUG)$/;

/** Returns whether a variable is included in the environment's digest, or does not affect artifacts. */
export function isHashedVariable(name: string): boolean {
  return compilerVariables.test(name) || neutralVariables.test(name);
}

/** Returns whether a variable sets no wrapper, or sccache, which does not change the compiler's output. */
function isTransparentWrapper(name: string, value: string): boolean {
  if (name !== 'RUSTC_WRAPPER' && name !== 'CARGO_BUILD_RUSTC_WRAPPER') return false;
  return value === '' || /^sccache(\.exe)?$/.test(basename(value));
}

/** Returns the variables that affect cargo, rustc, cc and pkg-config, sorted by name. */
export function relevantVariables(env: Environment): [string, string][] {
  return Object.entries(env)
    .filter((entry): entry is [string, string] => entry[1] !== undefined)
    .filter(
      ([name, value]) =>
        compilerVariables.test(name) && !neutralVariables.test(name) && !isTransparentWrapper(name, value),
    )
    .sort(([a], [b]) => (a < b ? -1 : 1));
}
