import { moduleFolders, multiarch } from './pkg-config.js';

/** What a package's build script needs of the machine. */
export interface NativeNeed {
  /** The package on crates.io. */
  readonly package: string;
  /** pkg-config modules, any of which will do. */
  readonly modules?: readonly string[];
  /** A program on PATH. */
  readonly program?: string;
  /** A shared library whose file's name begins so, in one of the folders where compilers keep it. */
  readonly library?: string;
  /** An archive that the build script downloads. */
  readonly prebuilt?: Prebuilt;
  /** Variables that say where it is; with one set, nobody else may judge. */
  readonly variables: readonly string[];
  /** Features any of which has to be on for the need to arise; none where it always does. */
  readonly onlyWith: readonly string[];
  /** Features with which the package builds its own. */
  readonly ownWith: readonly string[];
  /** Whether the need arises only where a build script or procedural macro runs the package's code. */
  readonly whileBuilding?: boolean;
  /** Packages that bring it along where they are built too. */
  readonly broughtBy: readonly string[];
  /** Debian packages; libraries are needed for the target's architecture, programs for this machine's. */
  readonly debian: readonly string[];
}

/** A prebuilt library that a build script downloads where nobody provides it. */
export interface Prebuilt {
  /** Whether its authors publish one for a triple. */
  readonly isFor: (triple: string) => boolean;
  /** Where it is downloaded from. */
  readonly url: (version: string, triple: string) => string;
  /** The folder below cargo's home in which it is looked for first, under its URL with `_` for all but letters and digits. */
  readonly cache: string;
  /** The variable that names an archive, and one with which none is needed. */
  readonly archiveVariable: string;
  readonly sourceVariable: string;
}

const none = { variables: [], onlyWith: [], ownWith: [], broughtBy: [] } as const;

/** What the packages' own documentation and build scripts ask for. */
export const nativeNeeds: readonly NativeNeed[] = [
  {
    ...none,
    package: 'openssl-sys',
    modules: ['openssl'],
    variables: ['OPENSSL_DIR', 'OPENSSL_LIB_DIR'],
    ownWith: ['vendored'],
    broughtBy: ['openssl-src'],
    debian: ['libssl-dev'],
  },
  {
    ...none,
    package: 'pq-sys',
    modules: ['libpq'],
    variables: ['PQ_LIB_DIR'],
    ownWith: ['bundled'],
    broughtBy: ['pq-src'],
    debian: ['libpq-dev'],
  },
  {
    ...none,
    package: 'libsqlite3-sys',
    modules: ['sqlite3', 'sqlcipher'],
    variables: ['SQLITE3_LIB_DIR'],
    ownWith: ['bundled', 'bundled-sqlcipher', 'bundled-sqlcipher-vendored-openssl', 'loadable_extension'],
    debian: ['libsqlite3-dev'],
  },
  { ...none, package: 'libxml', modules: ['libxml-2.0'], variables: ['LIBXML2'], debian: ['libxml2-dev'] },
  { ...none, package: 'xmlsec', modules: ['xmlsec1'], debian: ['libxmlsec1-dev'] },
  {
    ...none,
    package: 'sasl2-sys',
    modules: ['libsasl2'],
    variables: ['SASL2_DIR'],
    ownWith: ['vendored'],
    debian: ['libsasl2-dev'],
  },
  { ...none, package: 'alsa-sys', modules: ['alsa'], debian: ['libasound2-dev'] },
  { ...none, package: 'libudev-sys', modules: ['libudev'], debian: ['libudev-dev'] },
  {
    ...none,
    package: 'libdbus-sys',
    modules: ['dbus-1'],
    ownWith: ['vendored'],
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
    onlyWith: ['xmlsec'],
    debian: ['libxmlsec1-dev'],
  },
  {
    ...none,
    package: 'libgssapi-sys',
    modules: ['mit-krb5-gssapi', 'heimdal-gssapi'],
    variables: ['LIBGSSAPI_PREFIX'],
    debian: ['libkrb5-dev'],
  },
  { ...none, package: 'rdkafka-sys', program: 'cmake', onlyWith: ['cmake-build'], debian: ['cmake'] },
  {
    ...none,
    package: 'prost-build',
    program: 'protoc',
    whileBuilding: true,
    variables: ['PROTOC'],
    broughtBy: ['protobuf-src', 'protoc-bin-vendored', 'protox'],
    debian: ['protobuf-compiler'],
  },
  {
    ...none,
    package: 'v8',
    prebuilt: {
      isFor: (triple) => !triple.includes('-musl'),
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
  /** Whether a build script or procedural macro of the build contains its code. */
  readonly whileBuilding: boolean;
}

/** The needs of the packages of a build, each once. */
export function needsOf(packages: readonly BuiltPackage[]): NativeNeed[] {
  const names = new Set(packages.map(({ name }) => name));
  return nativeNeeds.filter((need) => {
    const concerned = packages.filter(
      ({ name, whileBuilding }) => name === need.package && (whileBuilding || need.whileBuilding !== true),
    );
    if (concerned.length === 0 || need.broughtBy.some((name) => names.has(name))) return false;
    const own = concerned.flatMap(({ features }) => features);
    if (need.onlyWith.length > 0 && !need.onlyWith.some((feature) => own.includes(feature))) return false;
    return !need.ownWith.some((feature) => own.includes(feature));
  });
}

/** How the machine is asked. */
export interface MachineFiles {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly exists: (path: string) => boolean;
  /** The names in a folder; none where there is no such folder. */
  readonly list: (folder: string) => readonly string[];
  readonly onPath: (program: string) => boolean;
}

/** Whether a need is met for a target triple. */
export function isMet(need: NativeNeed, triple: string, machine: MachineFiles): boolean {
  const named = [...need.variables, ...need.variables.map((name) => `${upper(triple)}_${name}`)];
  if (named.some((name) => machine.env[name] !== undefined)) return true;
  if (need.prebuilt !== undefined) return need.prebuilt.isFor(triple);
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
