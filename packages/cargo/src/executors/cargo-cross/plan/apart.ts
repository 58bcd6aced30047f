import type { InvocationShape } from './invocation-shape.js';

/** What a person calls each slot of a shape in which two invocations may differ. */
const names: Readonly<Record<keyof InvocationShape, string>> = {
  workspaceRoot: 'Cargo workspace',
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

/** Why requests of one shape do not share the cargo of others: what differs, or the features of dependencies. */
export function apartBecause(first: InvocationShape, other: InvocationShape): string {
  const slots = Object.keys(names) as (keyof InvocationShape)[];
  const differing = slots.filter((slot) => JSON.stringify(first[slot]) !== JSON.stringify(other[slot]));
  if (differing.length === 0) return 'together, features of shared dependencies would be others';
  return `differs in ${[...new Set(differing.map((slot) => names[slot]))].join(', ')}`;
}
