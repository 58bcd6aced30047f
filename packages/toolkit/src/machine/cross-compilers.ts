import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Environment } from '../environment/environment.js';
import { onPath } from '../environment/programs.js';
import { readHead } from '../files/read-file.js';
import { namesIn } from '../files/names-in.js';

/**
 * Debian's prefix for the GNU tools of a triple: `aarch64-linux-gnu-` for aarch64-unknown-linux-gnu;
 * undefined for triples that are not Linux.
 */
export function gnuPrefix(triple: string): string | undefined {
  const [arch, , os, environment] = triple.split('-');
  if (os !== 'linux' || arch === undefined || environment === undefined) return undefined;
  const names: Readonly<Record<string, string>> = { armv7: 'arm', riscv64gc: 'riscv64', i686: 'i686' };
  return `${names[arch] ?? arch}-linux-${environment}-`;
}

/**
 * The zig that cargo-zigbuild is given: the user's own choice, or on PATH, or from Python's package `ziglang` in the
 * environment that holds cargo-zigbuild or in that of a Python on PATH. Always an absolute path, without a process,
 * so that what is hashed is what runs.
 */
export function findZig(env: Environment): string | undefined {
  const own = env.CARGO_ZIGBUILD_ZIG_PATH;
  if (own !== undefined && existsSync(own)) return own;
  const named = onPath('zig', env);
  const binary = named.find((zig) => !isScript(zig));
  if (binary !== undefined) return binary;
  const programs = [
    ...onPath('cargo-zigbuild', env).map((path) => realpathSync(path)),
    ...onPath('python3', env),
  ];
  const packaged = programs.flatMap((program) => pythonZigs(dirname(dirname(program))));
  // A script comes last: its text says nothing of the zig that it starts.
  return packaged.find((zig) => existsSync(zig)) ?? named[0];
}

/** Where the package `ziglang` has its program in a Python's folder (PEP 370, Debian's dist-packages). */
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
