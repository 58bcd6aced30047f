import type { PlatformInfo } from '@millwright/toolkit';
import { tagArguments } from '../../go-cli/options.js';
import type { GoBuildOptions } from './schema.js';

/** Returns the arguments of `go build` for one program (cmd/go, "Compile packages and dependencies"). */
export function buildArguments(options: GoBuildOptions, output: string, pkg: string): string[] {
  // -v prints each package as it is compiled, for the progress display.
  return ['build', '-v', ...buildFlags(options), '-o', output, pkg];
}

/** Returns the build flags of a program, which `go list` accepts too. */
export function buildFlags(options: GoBuildOptions): string[] {
  const { profile, tags, args } = options;
  const ldflags = flags(profile === 'release' ? '-s -w' : '', options.ldflags);
  const gcflags = flags(profile === 'dev' ? 'all=-N -l' : '', options.gcflags);
  return [
    // The revision is in the .version file. In the program, it would make every commit a different
    // artifact.
    '-buildvcs=false',
    // Debuggers need the real source paths. Other profiles must be identical in any folder.
    ...(profile === 'dev' ? [] : ['-trimpath']),
    ...tagArguments(tags),
    ...(ldflags === '' ? [] : [`-ldflags=${ldflags}`]),
    ...(gcflags === '' ? [] : [`-gcflags=${gcflags}`]),
    ...args,
  ];
}

/** Returns the variables that select the platform (cmd/go, "Environment variables"). */
export function platformVariables(
  { goos, goarch, goarm }: PlatformInfo,
  cgo: boolean,
): Record<string, string> {
  return {
    GOOS: goos,
    GOARCH: goarch,
    ...(goarm === undefined ? {} : { GOARM: goarm }),
    CGO_ENABLED: cgo ? '1' : '0',
  };
}

function flags(own: string, additional: string | undefined): string {
  return [own, additional ?? ''].filter((text) => text !== '').join(' ');
}
