import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Environment } from '../environment/environment.js';
import { onPath } from '../environment/programs.js';
import { readHead } from '../files/read-file.js';
import { namesIn } from '../files/names-in.js';

/**
 * Returns Debian's prefix for the GNU tools of a triple: `aarch64-linux-gnu-` for
 * aarch64-unknown-linux-gnu. Undefined for triples other than Linux.
 */
export function gnuPrefix(triple: string): string | undefined {
  const [arch, , os, environment] = triple.split('-');
  if (os !== 'linux' || arch === undefined || environment === undefined) return undefined;
  const names: Readonly<Record<string, string>> = { armv7: 'arm', riscv64gc: 'riscv64', i686: 'i686' };
  return `${names[arch] ?? arch}-linux-${environment}-`;
}

/**
 * Finds the zig that cargo-zigbuild will use: the user's choice, the one on PATH, or that of Python's
 * package `ziglang` in the environment of cargo-zigbuild or of a Python on PATH. The path is absolute and
 * found without starting a process, so that the hashed program is the one that runs.
 */
export function findZig(env: Environment): string | undefined {
  const own = env.CARGO_ZIGBUILD_ZIG_PATH;
  if (own !== undefined && existsSync(own)) return own;
  const named = onPath('zig', env);
  const binary = named.find((zig) => !isScript(zig));
  if (binary !== undefined) return binary;
  const programs = [
    ...onPath('cargo-zigbuild', env).map((path) => realpathSync.native(path)),
    ...onPath('python3', env),
  ];
  const packaged = programs.flatMap((program) => pythonZigs(dirname(dirname(program))));
  // A script comes last, because its content does not identify the zig that it starts.
  return packaged.find((zig) => existsSync(zig)) ?? named[0];
}

/**
 * Returns the possible paths of zig from the package `ziglang` in a Python installation (PEP 370, Debian's
 * dist-packages).
 */
function pythonZigs(prefix: string): string[] {
  const library = join(prefix, 'lib');
  return namesIn(library)
    .filter((name) => name.startsWith('python3'))
    .flatMap((version) =>
      ['site-packages', 'dist-packages'].map((packages) => join(library, version, packages)),
    )
    .map((packages) => join(packages, 'ziglang', process.platform === 'win32' ? 'zig.exe' : 'zig'));
}

function isScript(path: string): boolean {
  return readHead(path, 2)?.toString() === '#!';
}
