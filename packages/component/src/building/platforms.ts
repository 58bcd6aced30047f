import { type Platform, platformInfo } from '@millwright/toolkit';
import { componentError } from '../errors.js';

/**
 * Chooses the platforms of a build: the requested ones, or that of this machine.
 * @param requested platforms; `all` stands for those that the component lists
 * @param supported those that the component lists; undefined if it lists none
 * @throws MillwrightError PLATFORM_UNKNOWN, COMPONENT_PLATFORM_UNSUPPORTED
 */
export function choosePlatforms(
  requested: readonly string[] | undefined,
  supported: readonly Platform[] | undefined,
  host: Platform,
  file: string,
): readonly Platform[] {
  const wanted = (requested ?? [host]).flatMap((name) =>
    name === 'all' ? (supported ?? [host]) : platformInfo(name).platform,
  );
  const refused = wanted.find((platform) => supported?.includes(platform) === false);
  if (refused === undefined) return [...new Set(wanted)];
  throw componentError('COMPONENT_PLATFORM_UNSUPPORTED', {
    what: `${file} does not support ${refused}`,
    why: `\`spec.platforms\` lists ${supported?.join(', ') ?? ''}`,
  });
}
