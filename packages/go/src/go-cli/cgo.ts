import { gnuPrefix, hostPlatform, type PlatformInfo, tripleOf } from '@millwright/toolkit';

/** Returns the instruction for enabling cgo for a platform. */
export function cgoRemedy({ platform, debian }: PlatformInfo): string {
  const option = 'set "cgo": true in the options of the target (project.json) or of the plugin (nx.json)';
  if (platform === hostPlatform().platform) return option;
  const prefix = gnuPrefix(tripleOf(platform));
  const compiler =
    prefix === undefined || debian === undefined
      ? 'zig'
      : `gcc-${prefix.slice(0, -1)} with libc6-dev-${debian}-cross, or zig`;
  return `${option}; to cross-compile C code, install ${compiler}`;
}
