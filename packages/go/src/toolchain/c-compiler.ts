import {
  type Environment,
  findZig,
  gnuPrefix,
  hostPlatform,
  onPath,
  platformInfo,
  tripleOf,
} from '@millwright/toolkit';
import { goError } from '../errors.js';

/** The compiler and linker for the C code of a build. */
export interface CCompiler {
  /** A one-line description. */
  readonly description: string;
  /** Changes to the environment of `go` (cmd/cgo, "Using cgo with the go command"). */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Chooses the C compiler for a platform: the user's (CC), the host's, a cross gcc, or zig. With a minimum
 * glibc version, zig is preferred, because only zig can link against older symbol versions.
 * @throws MillwrightError LINKER_MISSING naming what to install
 */
export function chooseCCompiler(platform: string, glibc: string | undefined, env: Environment): CCompiler {
  if (env.CC) return { description: `the C compiler in CC (${env.CC})`, env: {} };
  const triple = tripleOf(platform);
  const prefix = gnuPrefix(triple);
  const first = (...names: string[]) => names.flatMap((name) => onPath(name, env))[0];
  const own = platform === hostPlatform().platform ? first('cc', 'gcc', 'clang') : undefined;
  const cross = prefix === undefined ? undefined : first(`${prefix}gcc`);
  const gcc = own ?? cross;
  const zig = findZig(env);
  if (zig !== undefined && (gcc === undefined || glibc !== undefined)) {
    const target = zigTarget(triple, glibc);
    return {
      description: `zig cc for ${target}`,
      env: { CC: `${zig} cc -target ${target}`, CXX: `${zig} c++ -target ${target}` },
    };
  }
  if (gcc !== undefined) {
    const cxx = own === undefined ? first(`${prefix ?? ''}g++`) : first('c++', 'g++', 'clang++');
    return { description: `C compiler ${gcc}`, env: { CC: gcc, ...(cxx === undefined ? {} : { CXX: cxx }) } };
  }
  const debian = platformInfo(platform).debian;
  const zigHint = 'install zig: pipx install ziglang';
  throw goError('LINKER_MISSING', {
    what: `no C compiler found for ${platform}`,
    why: `cgo is on, ${prefix === undefined ? 'no cross gcc is known for the platform' : `${prefix}gcc is not on PATH`}, and zig is not installed`,
    remedy:
      prefix === undefined || debian === undefined
        ? zigHint
        : `apt-get install gcc-${prefix.slice(0, -1)} libc6-dev-${debian}-cross, or: ${zigHint}; or turn cgo off`,
  });
}

/** Returns zig's name for a target triple, with a glibc version if requested. */
function zigTarget(triple: string, glibc: string | undefined): string {
  const [arch = '', , os = '', environment = ''] = triple.split('-');
  const cpu = { armv7: 'arm', arm: 'arm', i686: 'x86', riscv64gc: 'riscv64' }[arch] ?? arch;
  if (os === 'darwin') return `${cpu}-macos`;
  if (os === 'windows') return `${cpu}-windows-gnu`;
  return `${cpu}-${os}-${environment}${glibc !== undefined && environment.startsWith('gnu') ? `.${glibc}` : ''}`;
}
