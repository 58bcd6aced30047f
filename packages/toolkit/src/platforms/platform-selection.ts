import { toolkitError } from '../errors.js';
import { type Libc, platformInfo } from './platforms.js';

/** What a target builds for, or what options on the command line ask for. */
export interface PlatformChoice {
  readonly platform?: string | undefined;
  readonly libc?: Libc | undefined;
}

/** A target that builds a project for one platform, and what the command line asks of it. */
export interface PlatformTarget {
  readonly project: string;
  /** The target's name, such as `build-linux-amd64`. */
  readonly target: string;
  /** What the target's own options say. */
  readonly own: PlatformChoice;
  /** What the command line says, and that alone. */
  readonly asked: PlatformChoice;
  /** What the project's other targets of this kind build for, by name. */
  readonly siblings: ReadonlyMap<string, PlatformChoice>;
  /** Which of those run in the same command; empty where the target is run by itself. */
  readonly running: ReadonlySet<string>;
}

/**
 * Decides what a platform's target does where `--platform` or `--libc` stands on the command line. On `build`, which
 * runs the targets of all platforms with the same options, they select the targets that build for them.
 * @returns the names of the targets that are selected in the place of this one; undefined where this one builds
 * @throws MillwrightError OPTION_CONTRADICTS_TARGET where no target of the run builds for what is asked
 */
export function selectedInstead(request: PlatformTarget): readonly string[] | undefined {
  const { project, target, own, asked, siblings, running } = request;
  if (own.platform === undefined || hasChoice(own, asked)) return undefined;
  const fitting = [...siblings].filter(([, sibling]) => hasChoice(sibling, asked)).map(([name]) => name);
  const selected = fitting.filter((name) => running.has(name));
  if (selected.length > 0) return selected;
  const commands = fitting.map((name) => `nx run ${project}:${name}`);
  throw toolkitError('OPTION_CONTRADICTS_TARGET', {
    what: `${project}:${target} builds for ${describe(own)}, and the command line selects ${describe(asked)}`,
    why:
      commands.length > 0
        ? 'each of these targets builds for one platform, which decides the folder of its artifacts'
        : `${project} is built for ${[own, ...siblings.values()].map(describe).join(', ')}`,
    remedy:
      commands.length > 0
        ? commands.join(', or ')
        : 'add it to `platforms` or `libc` of the plugin in nx.json, or use one of those',
  });
}

/** Whether a target builds for what is asked. */
export function hasChoice(candidate: PlatformChoice, { platform, libc }: PlatformChoice): boolean {
  return (
    (platform === undefined || platform === candidate.platform) &&
    (libc === undefined || libc === libcOf(candidate))
  );
}

/** Linux means gnu where no C library is named; elsewhere there is no choice. */
function libcOf({ platform, libc }: PlatformChoice): Libc | undefined {
  if (libc !== undefined || platform === undefined) return libc;
  return platformInfo(platform).triples.default === undefined ? 'gnu' : undefined;
}

function describe({ platform, libc }: PlatformChoice): string {
  return [platform, libc].filter((part) => part !== undefined).join(' with ');
}
