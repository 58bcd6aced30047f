import type { PlatformInfo } from '@millwright/toolkit';
import { tagArguments } from '../../go-cli/options.js';
import type { GoBuildOptions } from './schema.js';

/** The arguments of `go build` for one program (cmd/go, "Compile packages and dependencies"). */
export function buildArguments(options: GoBuildOptions, output: string, pkg: string): string[] {
  const { profile, tags, args } = options;
  const ldflags = flags(profile === 'release' ? '-s -w' : '', options.ldflags);
  const gcflags = flags(profile === 'dev' ? 'all=-N -l' : '', options.gcflags);
  return [
    'build',
    // Names each package as it is compiled, for the progress.
    '-v',
    // The revision stands in the .version file; in the program it would make every commit another result.
    '-buildvcs=false',
    // Debuggers want the sources where they lie; what is shipped is the same from any folder.
    ...(profile === 'dev' ? [] : ['-trimpath']),
    ...tagArguments(tags),
    ...(ldflags === '' ? [] : [`-ldflags=${ldflags}`]),
    ...(gcflags === '' ? [] : [`-gcflags=${gcflags}`]),
    ...args,
    '-o',
    output,
    pkg,
  ];
}

/** The variables that choose the platform (cmd/go, "Environment variables"). */
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

function flags(own: string, further: string | undefined): string {
  return [own, further ?? ''].filter((text) => text !== '').join(' ');
}
