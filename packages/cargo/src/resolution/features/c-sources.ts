import type { Crate } from '../../manifests/model.js';

/** Packages with which build scripts compile C code or read C headers. */
const compilers = new Set(
  'autotools bindgen cc clang-sys cmake cpp_build cxx-build gcc meson nasm-rs vcpkg'.split(' '),
);

/** Packages that compile no C code although their names suggest it. */
const notCompilingC = new Set(
  `core-foundation-sys fsevent-sys inotify-sys io-kit-sys js-sys kqueue-sys linux-raw-sys mach-sys objc-sys
  security-framework-sys system-configuration-sys wasi-sys web-sys windows-sys`.split(/\s+/),
);

/** Decides from a workspace's lock file and manifests which builds may compile C code. */
export class CSources {
  private readonly dependencies: ReadonlyMap<string, readonly string[]> | undefined;

  /** @param lockfile the text of Cargo.lock; undefined if there is none, so that every build may compile C code */
  constructor(lockfile: string | undefined) {
    this.dependencies = lockfile === undefined ? undefined : dependenciesIn(lockfile);
  }

  /**
   * Returns whether a build may compile C code: in a package, judged by its name and dependencies, or in a local build
   * script, which may start any program.
   * @param closure the local crates in the build
   */
  compilesC(closure: readonly Pick<Crate, 'name' | 'buildScript'>[]): boolean {
    if (this.dependencies === undefined) return true;
    if (closure.some(({ buildScript }) => buildScript !== undefined)) return true;
    const reached = new Set(closure.map(({ name }) => name));
    for (const name of reached) {
      if (compilers.has(name) || (/-(?:sys|src)$/.test(name) && !notCompilingC.has(name))) return true;
      for (const dependency of this.dependencies.get(name) ?? []) reached.add(dependency);
    }
    return false;
  }
}

/** Returns the names of dependencies by package name, for all versions, platforms and features. */
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
