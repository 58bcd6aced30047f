import type { Crate } from '../../manifests/model.js';

/** Packages with which build scripts compile C, or read its headers. */
const compilers = new Set(
  'autotools bindgen cc clang-sys cmake cpp_build cxx-build gcc meson nasm-rs vcpkg'.split(' '),
);

/** Packages that are named like bindings to C code, and compile none. */
const declarations = new Set(
  `core-foundation-sys fsevent-sys inotify-sys io-kit-sys js-sys kqueue-sys linux-raw-sys mach-sys objc-sys
  security-framework-sys system-configuration-sys wasi-sys web-sys windows-sys`.split(/\s+/),
);

/** Which crates of a Cargo workspace are built from C code, as far as its lock file and manifests tell. */
export class CSources {
  private readonly dependencies: ReadonlyMap<string, readonly string[]> | undefined;

  /** @param lockfile the text of Cargo.lock; undefined where there is none, and everything may be built from C */
  constructor(lockfile: string | undefined) {
    this.dependencies = lockfile === undefined ? undefined : dependenciesIn(lockfile);
  }

  /**
   * Whether a build takes anything that compiles C: a package that does, by its name or by what it depends on, or a
   * build script of the repository, which may start any program.
   * @param closure the crates of the repository that the build takes
   */
  compilesC(closure: readonly Pick<Crate, 'name' | 'buildScript'>[]): boolean {
    if (this.dependencies === undefined) return true;
    if (closure.some(({ buildScript }) => buildScript !== undefined)) return true;
    const reached = new Set(closure.map(({ name }) => name));
    for (const name of reached) {
      if (compilers.has(name) || (/-(?:sys|src)$/.test(name) && !declarations.has(name))) return true;
      for (const dependency of this.dependencies.get(name) ?? []) reached.add(dependency);
    }
    return false;
  }
}

/** The names that packages depend on, by name: the versions of a package together, under any platform and feature. */
function dependenciesIn(lockfile: string): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const entry of lockfile.split('[[package]]').slice(1)) {
    const name = /^name = "([^"]+)"/m.exec(entry)?.[1];
    if (name === undefined) continue;
    const [, list = ''] = /^dependencies = \[([^\]]*)\]/m.exec(entry) ?? [];
    const names = [...list.matchAll(/"([^" ]+)/g)].map(([, dependency = '']) => dependency);
    found.set(name, [...(found.get(name) ?? []), ...names]);
  }
  return found;
}
