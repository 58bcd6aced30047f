import type { MillwrightError, PlatformInfo } from '@millwright/toolkit';
import { componentError } from '../errors.js';

export interface BuildEnvironment {
  /** The variables of the build, without those that select the platform. */
  readonly env: Readonly<Record<string, string>>;
  /** Whether the environment asks for cgo. */
  readonly cgo: boolean;
  /** A warning for each variable that contradicts the platform. */
  readonly warnings: readonly MillwrightError[];
}

/**
 * Separates the variables that select a platform from the others, because the platform of the build decides. Components
 * often set `GOOS=linux` and list darwin, too.
 * @param file the path of component.yaml, for messages
 */
export function buildEnvironment(
  environment: Readonly<Record<string, string>>,
  platform: PlatformInfo,
  file: string,
): BuildEnvironment {
  const selecting: Readonly<Record<string, string | undefined>> = {
    GOOS: platform.goos,
    GOARCH: platform.goarch,
    GOARM: platform.goarm,
    CARGO_BUILD_TARGET: undefined,
  };
  const entries = Object.entries(environment);
  const overridden = entries.filter(
    ([name, value]) => Object.hasOwn(selecting, name) && selecting[name] !== value,
  );
  return {
    env: Object.fromEntries(
      entries.filter(([name]) => !Object.hasOwn(selecting, name) && name !== 'CGO_ENABLED'),
    ),
    cgo: environment.CGO_ENABLED === '1',
    warnings: overridden.map(([name, value]) =>
      componentError('COMPONENT_PLATFORM_OVERRIDDEN', {
        what: `${file} sets ${name}=${value}, but the build is for ${platform.platform}`,
        why: 'the platform of the build decides',
      }),
    ),
  };
}
