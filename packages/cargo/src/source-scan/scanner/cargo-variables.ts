/** The kind of target that a source file is compiled into; it decides which reads happen at build time. */
export type SourceRole = 'source' | 'build-script' | 'proc-macro' | 'test';

/** Cargo reference, "Environment variables Cargo sets for crates". */
const forCrates = new Set([
  'CARGO',
  'CARGO_BIN_NAME',
  'CARGO_CRATE_NAME',
  'CARGO_MANIFEST_DIR',
  'CARGO_MANIFEST_PATH',
  'CARGO_PRIMARY_PACKAGE',
  'CARGO_RUSTC_CURRENT_DIR',
  'CARGO_TARGET_TMPDIR',
  'OUT_DIR',
]);
const prefixesForCrates = ['CARGO_PKG_', 'CARGO_BIN_EXE_'];

/** Cargo reference, "Environment variables Cargo sets for build scripts". */
const forBuildScripts = new Set([
  'CARGO_ENCODED_RUSTFLAGS',
  'CARGO_MAKEFLAGS',
  'CARGO_MANIFEST_LINKS',
  'DEBUG',
  'HOST',
  'NUM_JOBS',
  'OPT_LEVEL',
  'PROFILE',
  'RUSTC',
  'RUSTC_LINKER',
  'RUSTC_WORKSPACE_WRAPPER',
  'RUSTC_WRAPPER',
  'RUSTDOC',
  'TARGET',
]);
const prefixesForBuildScripts = ['CARGO_CFG_', 'CARGO_FEATURE_', 'DEP_'];

/** Returns whether cargo sets the variable when it compiles code of that role, or when it runs a build script. */
export function isCargoVariable(name: string, role: SourceRole): boolean {
  if (forCrates.has(name) || prefixesForCrates.some((prefix) => name.startsWith(prefix))) return true;
  if (role !== 'build-script') return false;
  return forBuildScripts.has(name) || prefixesForBuildScripts.some((prefix) => name.startsWith(prefix));
}

/** Returns whether a text is a conventional name of an environment variable. */
export function isVariableName(text: string): boolean {
  return /^[A-Z_][A-Z0-9_]{1,99}$/.test(text);
}
