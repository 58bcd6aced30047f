/** Macros of the language and its standard library that read no files or have their own rules. */
const languageMacros = new Set(
  `addr_of addr_of_mut asm assert assert_eq assert_ne assert_unsafe_precondition cfg column compile_error concat
  concat_bytes concat_idents const_format_args dbg debug_assert debug_assert_eq debug_assert_ne env eprint eprintln
  file format format_args global_asm include include_bytes include_str is_aarch64_feature_detected
  is_x86_feature_detected join line macro_rules matches module_path naked_asm offset_of option_env panic pin print
  println ready stringify thread_local todo try unimplemented unreachable vec write writeln`.split(/\s+/),
);

/** Rust reference, "Attributes". */
const languageAttributes = new Set(
  `allow automatically_derived bench cfg cfg_attr clippy cold coverage crate_name crate_type debugger_visualizer
  default deny deprecated derive diagnostic doc expect export_name feature forbid global_allocator ignore inline
  instruction_set link link_args link_name link_ordinal link_section macro_export macro_use miri must_use naked
  no_builtins no_implicit_prelude no_link no_main no_mangle no_std non_exhaustive optimize panic_handler path
  proc_macro proc_macro_attribute proc_macro_derive recursion_limit repr rustfmt should_panic target_feature test
  thread_local track_caller type_length_limit unsafe used warn windows_subsystem`.split(/\s+/),
);

const languageDerives = new Set('Clone Copy Debug Default Eq Hash Ord PartialEq PartialOrd'.split(' '));

/** Macros of well-known packages that read no files, by their usual names. */
const harmlessMacros = new Set(
  `Args AsRefStr Builder Constructor Deref DerefMut Deserialize Deserialize_repr Display EnumCount EnumIter EnumString
  Error From FromArgMatches FromPrimitive FromRepr Getters Into IntoIterator IntoStaticStr Parser Pod Serialize
  Serialize_repr Subcommand ToPrimitive TypedBuilder ValueEnum Zeroable Zeroize ZeroizeOnDrop anyhow arg as_ref
  assert_impl_all assert_matches async_recursion async_stream async_trait bail bitflags block_on builder cfg_if clap
  command concat_string const_assert const_format criterion_group criterion_main dashmap debug debug_span deref
  derivative derive_more display ensure enum_dispatch error error_span eyre formatcp from getset group hashmap hashset
  indexmap indoc info info_span instrument into iterator join json lazy_static log maplit once paste pin_mut pin_project
  pin_project_lite pin_project_macro proptest quick_error quote quote_spanned parse_quote rstest select serde
  serde_as serde_repr serial skip_serializing_none smallvec snafu source span static_assertions strum structopt
  tokio_test trace trace_span try_join try_stream unindent value warn warn_span with`.split(/\s+/),
);

/**
 * Packages whose macros read no files, or only files that the rules in this folder find. Macros of any other package
 * may read any file.
 */
const harmlessPackages = new Set(
  `actix-rt actix-web ahash aho-corasick anstream anstyle anyhow arbitrary arc-swap arrayvec askama async-recursion
  async-stream async-trait atty axum axum-core axum-macros backtrace base64 bincode bindgen bit-set bitflags bstr bytemuck byteorder bytes camino cc cfg-if chrono clap clap_builder clap_complete clap_derive clap_lex
  cmake color-eyre colored console const-str const_format convert_case cookie cortex-m cortex-m-rt criterion
  critical-section crossbeam crossbeam-channel crossbeam-deque crossbeam-epoch crossbeam-queue crossbeam-utils
  crossterm csv ctor ctrlc darling dashmap data-encoding defmt derivative derive_builder derive_more derive-new
  diesel diesel_migrations digest directories dirs displaydoc duct dyn-clone either embassy-executor
  embassy-time embedded-hal encoding_rs enum-map enum_dispatch enumflags2 env_logger erased-serde eyre fastrand
  fixedbitset flate2 float-cmp fnv foldhash form_urlencoded fs2 futures futures-channel futures-core
  futures-executor futures-io futures-lite futures-macro futures-sink futures-task futures-util getrandom getset
  git-version glob half hashbrown headers heapless heck hex hmac http http-body httparse humantime hyper hyper-util
  iana-time-zone idna ignore include_dir indexmap indicatif indoc inventory ipnet is-terminal itertools itoa jiff
  jobserver js-sys lazy_static lazycell libc libloading libm linkme linked-hash-map litrs lock_api log lru maplit
  matches maud md-5 memchr memmap2 memoffset mime mimalloc mio nix nom num num-bigint num-complex num-derive
  num-enum num-integer num-iter num-rational num-traits num_cpus num_enum num_threads object once_cell openssl
  ordered-float parking_lot parking_lot_core paste percent-encoding pest pest_derive petgraph phf pin-project
  pin-project-lite pin-utils pkg-config ppv-lite86 prettyplease proc-macro2 prost proptest quick-error quickcheck
  quote rand rand_chacha rand_core rayon rayon-core ref-cast refinery regex regex-automata regex-syntax reqwest rmp
  rmp-serde rstest rust-embed rustc-demangle rustc-hash rustc_version rustix rustls rustls-pki-types ryu same-file
  schemars scoped-tls scopeguard sea-orm secrecy semver serde serde_bytes serde_core serde_derive serde_json
  serde_path_to_error serde_repr serde_urlencoded serde_with serde_yaml serial_test sha1 sha2 shlex signal-hook
  signal-hook-registry similar slab smallvec smol_str snafu socket2 sqlx static_assertions strsim structopt strum
  strum_macros subtle syn sync_wrapper tar target-lexicon tempfile tera termcolor textwrap thiserror thiserror-impl
  thread_local time tinyvec tokio tokio-macros tokio-rustls tokio-stream tokio-util toml toml_edit tonic tower
  tower-http tower-layer tower-service tracing tracing-attributes tracing-core tracing-log tracing-subscriber
  triomphe tungstenite typed-builder typenum ucd-trie unicase unicode-ident unicode-segmentation unicode-width
  unicode-xid unindent untrusted ureq url utf8parse uuid version_check void walkdir wasm-bindgen wasm-bindgen-futures
  web-sys web-time which winapi windows windows-sys winnow xattr xml-rs xxhash-rust yansi zerocopy zeroize zip
  zstd`.split(/\s+/),
);

/** Packages for build scripts that read no files of the package being built. */
const harmlessForScripts = new Set(
  `anyhow autocfg cfg_aliases chrono convert_case heck indoc itertools jiff once_cell phf_codegen
  prettyplease proc-macro2 quote rand regex rustc_version rustversion semver serde serde_json sha2 syn
  target-lexicon thiserror time toml unicode-ident version_check`.split(/\s+/),
);

/** Variables that a package's macros read although no source names them. */
const variables: Readonly<Record<string, readonly string[]>> = {
  defmt: ['DEFMT_LOG'],
  'wasm-bindgen': ['WASM_BINDGEN_USE_JS_SYS'],
};

/** Configuration files of template engines, which may set other folders than `templates`. */
export const templateFiles = ['askama.toml', 'rinja.toml', 'sailfish.toml', 'yarte.toml'];

/** Files that macros of well-known packages read by default if they exist, relative to the crate. */
const defaultFiles: Readonly<Record<string, readonly string[]>> = {
  bindgen: ['wit'],
  dotenv: ['.env', '../.env', '../../.env'],
  generate: ['wit'],
  generate_context: [
    'tauri.conf.json',
    'tauri.conf.json5',
    'Tauri.toml',
    'capabilities',
    'icons',
    'permissions',
  ],
  i18n: ['locales', 'i18n.toml'],
  load_locales: ['locales'],
  static_loader: ['locales'],
};

/** Returns the files that a macro reads by default if they exist, relative to the crate. */
export function defaultFilesOf(name: string): readonly string[] {
  return Object.hasOwn(defaultFiles, name) ? (defaultFiles[name] ?? []) : [];
}

/** Returns the variables that a package's macros read although no source names them. */
export function variablesOfPackage(name: string): readonly string[] {
  return Object.hasOwn(variables, name) ? (variables[name] ?? []) : [];
}

/** Returns whether a macro belongs to the language or its standard library. */
export function isLanguageMacro(name: string): boolean {
  return languageMacros.has(name);
}

/** Returns whether an attribute belongs to the language, or is inert and read by a tool. */
export function isLanguageAttribute(name: string): boolean {
  return languageAttributes.has(name) || name.startsWith('rustc_');
}

export function isLanguageDerive(name: string): boolean {
  return languageDerives.has(name);
}

/** Returns whether a macro is known to read no files. @param path the macro's path, such as `tokio::main` */
export function isHarmlessMacro(path: string): boolean {
  const [first = '', ...rest] = path.split('::');
  if (rest.length === 0) return harmlessMacros.has(first);
  return (
    first === 'std' ||
    first === 'core' ||
    first === 'alloc' ||
    isHarmlessPackage(first.replaceAll('_', '-')) ||
    isHarmlessPackage(first)
  );
}

/** Returns whether a package's macros read no files, or only those that the rules in this folder find. */
export function isHarmlessPackage(name: string): boolean {
  return harmlessPackages.has(name);
}

/** Returns whether a package reads no files on behalf of a build script. */
export function isHarmlessForScripts(name: string): boolean {
  return harmlessForScripts.has(name);
}
