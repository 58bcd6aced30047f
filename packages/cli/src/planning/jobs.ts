import { buildNeeds, type BuildNeeds, type System } from './systems.js';
import type { CiTask, TaskGraph } from './task-graph.js';

/** One job of CI: all tasks that one machine runs in one Nx command. */
export interface CiJob {
  /** `checks`, `build`, `build-linux`, `build-macos` or `build-windows`. */
  readonly name: string;
  readonly system: System;
  /** Each target runs in each of the projects that has it. Both are sorted. */
  readonly targets: readonly string[];
  readonly projects: readonly string[];
  /** Which toolchains the machine needs. */
  readonly rust: boolean;
  readonly go: boolean;
  /** rustc's target triples that rustup has to add. */
  readonly triples: readonly string[];
  /** Debian's packages with cross compilers. */
  readonly packages: readonly string[];
  readonly zig: boolean;
}

export interface JobOptions {
  /** The targets that were asked for. Other tasks only get a job if they build for a platform. */
  readonly targets: readonly string[];
  /** Platforms that are cross-compiled on Linux although their own system usually links them. */
  readonly crossCompiled: readonly string[];
}

interface Member {
  readonly task: CiTask;
  readonly needs: BuildNeeds;
}

const order = ['checks', 'build', 'build-linux', 'build-macos', 'build-windows'];

/**
 * Divides the tasks of a run into jobs: the checks, and the builds of each system that must link them. A job for a system
 * exists only if one of its platforms cannot be cross-compiled on Linux. Within a job, one cargo builds everything.
 * @throws MillwrightError PLATFORM_UNKNOWN
 */
export function jobsOf({ tasks, allPlatforms }: TaskGraph, { targets, crossCompiled }: JobOptions): CiJob[] {
  const groups = new Map<string, Member[]>();
  const add = (name: string, member: Member) => groups.set(name, [...(groups.get(name) ?? []), member]);
  const builds = tasks
    .filter(({ kind }) => kind === 'platform-build')
    .map((task) => ({ task, needs: buildNeeds(task, crossCompiled) }));
  const systems = systemsOfTargets(builds);
  for (const member of builds) add(`build-${systems.get(member.task.target) ?? 'linux'}`, member);
  for (const task of tasks) {
    if (task.kind !== 'other' || !targets.includes(task.target)) continue;
    // Beside projects that build for all platforms, this target needs a command of its own.
    add(allPlatforms.has(task.target) ? 'build' : 'checks', { task, needs: { system: 'linux', zig: false } });
  }
  return order.flatMap((name) => {
    const members = groups.get(name);
    return members === undefined ? [] : [job(name, members)];
  });
}

/**
 * Returns the system of each target. A target that needs its own system in one project gets it in all, because a command of
 * Nx runs each of its targets in each of its projects.
 */
function systemsOfTargets(builds: readonly Member[]): ReadonlyMap<string, System> {
  const systems = new Map<string, System>();
  for (const { task, needs } of builds)
    if (needs.system !== 'linux' || !systems.has(task.target)) systems.set(task.target, needs.system);
  return systems;
}

function job(name: string, members: readonly Member[]): CiJob {
  const [, system = 'linux'] = name.split('-') as [string, System | undefined];
  const tasks = members.map(({ task }) => task);
  const uses = (prefix: string) => tasks.some(({ executor }) => executor.startsWith(prefix));
  return {
    name,
    system,
    targets: sorted(tasks.map(({ target }) => target)),
    projects: sorted(tasks.map(({ project }) => project)),
    rust: uses('@millwright/cargo:'),
    go: uses('@millwright/go:'),
    triples: sorted(members.flatMap(({ needs }) => needs.triple ?? [])),
    packages: sorted(members.flatMap(({ needs }) => (system === 'linux' ? (needs.package ?? []) : []))),
    zig: system === 'linux' && members.some(({ needs }) => needs.zig),
  };
}

function sorted(values: readonly string[]): string[] {
  return [...new Set(values)].sort();
}
