import type { InvocationShape } from './invocation-shape.js';

/** The names of the settings for messages. */
const names: Readonly<Record<keyof InvocationShape, string>> = {
  workspaceRoot: 'Cargo workspace',
  commandFolder: 'cargo configuration',
  cargo: 'cargo',
  rustc: 'compiler',
  requestedToolchain: 'toolchain option',
  program: 'linker strategy',
  subcommand: 'linker strategy',
  onlyTarget: 'target (the host triple is built without --target)',
  profile: 'profile',
  defaultFeatures: 'default features',
  allFeatures: 'all features',
  features: 'features',
  bins: 'selected binaries',
  settingsArgs: 'arguments',
  args: 'arguments',
  taskVariables: 'environment of the tasks',
  settingsVariables: 'environment of the settings',
  sccache: 'sccache',
  requestedJobs: 'number of jobs',
};

/** Returns why requests are not built in the same cargo run as others: the settings that differ, or the features of shared dependencies. */
export function separationReason(first: InvocationShape, other: InvocationShape): string {
  const slots = Object.keys(names) as (keyof InvocationShape)[];
  const differing = slots.filter((slot) => JSON.stringify(first[slot]) !== JSON.stringify(other[slot]));
  if (differing.length === 0) return 'it would change the features of shared dependencies';
  return `different ${[...new Set(differing.map((slot) => names[slot]))].join(', ')}`;
}
