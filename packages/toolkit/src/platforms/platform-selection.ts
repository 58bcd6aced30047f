import { toolkitError } from '../errors.js';
import { nxRun } from '../text/shell-word.js';
import { type Libc, platformInfo } from './platforms.js';

/** The platform that a target builds for, or that options on the command line select. */
export interface PlatformChoice {
  readonly platform?: string | undefined;
  readonly libc?: Libc | undefined;
}

/** A target that builds a project for one platform, and the selection on the command line. */
export interface PlatformTarget {
  readonly project: string;
  /** For example `build-linux-amd64`. */
  readonly target: string;
  /** The target's configured platform. */
  readonly configured: PlatformChoice;
  /** The selection on the command line only. */
  readonly requested: PlatformChoice;
  /** The platforms of the project's other targets of this kind, by name. */
  readonly siblings: ReadonlyMap<string, PlatformChoice>;
  /** The siblings that run in the same command. Empty if the target runs alone. */
  readonly running: ReadonlySet<string>;
}

/**
 * Determines the effect of `--platform` or `--libc` on a target. For `build`, which runs the targets of all
 * platforms with the same options, they select the matching targets.
 * @returns the names of the targets that build instead of this one, or undefined if this one builds
 * @throws MillwrightError OPTION_CONTRADICTS_TARGET if no target of the run matches
 */
export function replacementTargets(request: PlatformTarget): readonly string[] | undefined {
  const { project, target, configured, requested, siblings, running } = request;
  if (configured.platform === undefined || hasChoice(configured, requested)) return undefined;
  const fitting = [...siblings].filter(([, sibling]) => hasChoice(sibling, requested)).map(([name]) => name);
  const selected = fitting.filter((name) => running.has(name));
  if (selected.length > 0) return selected;
  const commands = fitting.map((name) => nxRun(`${project}:${name}`));
  throw toolkitError('OPTION_CONTRADICTS_TARGET', {
    what: `${project}:${target} builds for ${describe(configured)}, but ${describe(requested)} was requested`,
    why:
      commands.length > 0
        ? 'the target builds for a single platform'
        : `configured platforms of ${project}: ${[configured, ...siblings.values()].map(describe).sort().join(', ')}`,
    remedy:
      commands.length > 0
        ? commands.join(', or ')
        : 'request a configured platform; or add the requested platform to `platforms`, and its libc to `libc`, in the options of the plugin in nx.json',
  });
}

/** Returns true if a target matches the selection. */
export function hasChoice(candidate: PlatformChoice, { platform, libc }: PlatformChoice): boolean {
  return (
    (platform === undefined || platform === candidate.platform) &&
    (libc === undefined || libc === libcOf(candidate))
  );
}

/** Returns the C library. On Linux, the default is gnu. Other systems have no choice. */
function libcOf({ platform, libc }: PlatformChoice): Libc | undefined {
  if (libc !== undefined || platform === undefined) return libc;
  return platformInfo(platform).triples.default === undefined ? 'gnu' : undefined;
}

function describe({ platform, libc }: PlatformChoice): string {
  return [platform, libc].filter((part) => part !== undefined).join(' with ');
}
