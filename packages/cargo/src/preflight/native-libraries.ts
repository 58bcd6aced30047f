import { moduleFolders, multiarch } from './pkg-config.js';

/** A program or library that a package's build script requires on the machine. */
export interface NativeNeed {
  /** The package on crates.io. */
  readonly package: string;
  /** pkg-config modules, any of which is sufficient. */
  readonly modules?: readonly string[];
  /** A program on PATH. */
  readonly program?: string;
  /** The prefix of a shared library's file name, in one of the usual library folders. */
  readonly library?: string;
  /** An archive that the build script downloads. */
  readonly prebuilt?: Prebuilt;
  /** Variables that set its location; if one is set, the need counts as met. */
  readonly variables: readonly string[];
  /** The need exists only with one of these features; always, if the list is empty. */
  readonly requiredFeatures: readonly string[];
  /** Features with which the package builds its own copy. */
  readonly bundlingFeatures: readonly string[];
  /** Whether the need exists only if a build script or procedural macro contains the package's code. */
  readonly inBuildProgram?: boolean;
  /** Packages that provide it if they are in the build. */
  readonly providedBy: readonly string[];
  /** Debian packages; libraries for the target's architecture, programs for the host's. */
  readonly debian: readonly string[];
}

/** A prebuilt library that a build script downloads if it is not provided. */
export interface Prebuilt {
  /** Returns whether its authors publish it for a triple. */
  readonly isPublishedFor: (triple: string) => boolean;
  /** Returns the URL from which it is downloaded. */
  readonly url: (version: string, triple: string) => string;
  /** The cache folder in CARGO_HOME; the file name is the URL with `_` for all characters but letters and digits. */
  readonly cache: string;
  /** The variable for an archive's path, and the one for building from source. */
  readonly archiveVariable: string;
  readonly sourceVariable: string;
}

const none = { variables: [], requiredFeatures: [], bundlingFeatures: [], providedBy: [] } as const;

/** The requirements of packages, from their documentation and build scripts. */
export const nativeNeeds: readonly NativeNeed[] = [
  {
    ...none,
    package: 'openssl-sys',
    modules: ['openssl'],
    variables: ['OPENSSL_DIR', 'OPENSSL_LIB_DIR'],
    bundlingFeatures: ['vendored'],
    providedBy: ['openssl-src'],
    debian: ['libssl-dev'],
  },
  {
    ...none,
    package: 'pq-sys',
    modules: ['libpq'],
    variables: ['PQ_LIB_DIR'],
    bundlingFeatures: ['bundled'],
    providedBy: ['pq-src'],
    debian: ['libpq-dev'],
  },
  {
    ...none,
    package: 'libsqlite3-sys',
    modules: ['sqlite3', 'sqlcipher'],
    variables: ['SQLITE3_LIB_DIR'],
    bundlingFeatures: [
      'bundled',
      'bundled-sqlcipher',
      'bundled-sqlcipher-vendored-openssl',
      'loadable_extension',
    ],
    debian: ['libsqlite3-dev'],
  },
  { ...none, package: 'libxml', modules: ['libxml-2.0'], variables: ['LIBXML2'], debian: ['libxml2-dev'] },
  { ...none, package: 'xmlsec', modules: ['xmlsec1'], debian: ['libxmlsec1-dev'] },
  {
    ...none,
    package: 'sasl2-sys',
    modules: ['libsasl2'],
    variables: ['SASL2_DIR'],
    bundlingFeatures: ['vendored'],
    debian: ['libsasl2-dev'],
  },
  { ...none, package: 'alsa-sys', modules: ['alsa'], debian: ['libasound2-dev'] },
  { ...none, package: 'libudev-sys', modules: ['libudev'], debian: ['libudev-dev'] },
  {
    ...none,
    package: 'libdbus-sys',
    modules: ['dbus-1'],
    bundlingFeatures: ['vendored'],
    debian: ['libdbus-1-dev'],
  },
  {
    ...none,
    package: 'clang-sys',
    library: 'libclang',
    variables: ['LIBCLANG_PATH', 'LIBCLANG_STATIC_PATH'],
    debian: ['libclang-dev'],
  },
  {
    ...none,
    package: 'samael',
    modules: ['xmlsec1'],
    requiredFeatures: ['xmlsec'],
    debian: ['libxmlsec1-dev'],
  },
  {
    ...none,
    package: 'libgssapi-sys',
    modules: ['mit-krb5-gssapi', 'heimdal-gssapi'],
    variables: ['LIBGSSAPI_PREFIX'],
    debian: ['libkrb5-dev'],
  },
  { ...none, package: 'rdkafka-sys', program: 'cmake', requiredFeatures: ['cmake-build'], debian: ['cmake'] },
  {
    ...none,
    package: 'prost-build',
    program: 'protoc',
    inBuildProgram: true,
    variables: ['PROTOC'],
    providedBy: ['protobuf-src', 'protoc-bin-vendored', 'protox'],
    debian: ['protobuf-compiler'],
  },
  {
    ...none,
    package: 'v8',
    prebuilt: {
      isPublishedFor: (triple) => !triple.includes('-musl'),
      url: (version, triple) =>
        `https://github.com/denoland/rusty_v8/releases/download/v${version}/librusty_v8_release_${triple}.a.gz`,
      cache: '.rusty_v8',
      archiveVariable: 'RUSTY_V8_ARCHIVE',
      sourceVariable: 'V8_FROM_SOURCE',
    },
    variables: ['RUSTY_V8_ARCHIVE', 'RUSTY_V8_MIRROR', 'V8_FROM_SOURCE'],
    debian: [],
  },
];

/** A package of a build, with its features. */
export interface BuiltPackage {
  readonly name: string;
  readonly features: readonly string[];
  /** Whether a build script or procedural macro in the build contains its code. */
  readonly inBuildProgram: boolean;
}

/** Returns the needs of the packages of a build, without duplicates. */
export function needsOf(packages: readonly BuiltPackage[]): NativeNeed[] {
  const names = new Set(packages.map(({ name }) => name));
  return nativeNeeds.filter((need) => {
    const matching = packages.filter(
      ({ name, inBuildProgram }) => name === need.package && (inBuildProgram || need.inBuildProgram !== true),
    );
    if (matching.length === 0 || need.providedBy.some((name) => names.has(name))) return false;
    const own = matching.flatMap(({ features }) => features);
    if (need.requiredFeatures.length > 0 && !need.requiredFeatures.some((feature) => own.includes(feature)))
      return false;
    return !need.bundlingFeatures.some((feature) => own.includes(feature));
  });
}

/** Access to the machine's files and environment. */
export interface MachineFiles {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly exists: (path: string) => boolean;
  /** Returns the names in a folder; none if it does not exist. */
  readonly list: (folder: string) => readonly string[];
  readonly onPath: (program: string) => boolean;
}

/** Returns whether a need is met for a target triple. */
export function isMet(need: NativeNeed, triple: string, machine: MachineFiles): boolean {
  const named = [...need.variables, ...need.variables.map((name) => `${upper(triple)}_${name}`)];
  if (named.some((name) => machine.env[name] !== undefined)) return true;
  if (need.prebuilt !== undefined) return need.prebuilt.isPublishedFor(triple);
  if (need.program !== undefined) return machine.onPath(need.program);
  if (need.library !== undefined) return hasLibrary(need.library, triple, machine);
  const folders = moduleFolders(triple, machine.env);
  return (need.modules ?? []).some((name) =>
    folders.some((folder) => machine.exists(`${folder}/${name}.pc`)),
  );
}

function hasLibrary(stem: string, triple: string, { list }: MachineFiles): boolean {
  const compilers = list('/usr/lib')
    .filter((name) => name.startsWith('llvm'))
    .map((name) => `/usr/lib/${name}/lib`);
  const folders = [...compilers, `/usr/lib/${multiarch(triple)}`, '/usr/lib', '/usr/lib64', '/usr/local/lib'];
  return folders.some((folder) => list(folder).some((name) => name.startsWith(stem) && name.includes('.so')));
}

function upper(triple: string): string {
  return triple.replaceAll('-', '_').toUpperCase();
}
