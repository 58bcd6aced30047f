import { expect, it } from 'vitest';
import { packagesIn, type Unit } from './unit-graph.js';

const unit = (name: string, kind: string, mode: string, ...dependencies: number[]): Unit => ({
  pkg_id: `path+file:///w/${name}#${name}@0.1.0`,
  target: { kind: [kind], crate_types: [kind], name },
  platform: null,
  mode,
  profile: { lto: 'false' },
  features: [],
  dependencies: dependencies.map((index) => ({ index })),
});
const inBuildProgram = (...units: Unit[]) =>
  packagesIn({ units, roots: [0] })
    .filter((found) => found.inBuildProgram)
    .map(({ name }) => name);

it.each<[string, Unit[], string[]]>([
  [
    'nothing of what the program alone contains',
    [unit('app', 'bin', 'build', 1), unit('prost-build', 'lib', 'build')],
    [],
  ],
  [
    'what a build script contains, directly or not',
    [
      unit('app', 'bin', 'build', 1),
      unit('app', 'custom-build', 'run-custom-build', 2),
      unit('app', 'custom-build', 'build', 3),
      unit('tonic-build', 'lib', 'build', 4),
      unit('prost-build', 'lib', 'build'),
    ],
    ['app', 'tonic-build', 'prost-build'],
  ],
  [
    'what a procedural macro contains',
    [
      unit('app', 'bin', 'build', 1),
      unit('macro', 'proc-macro', 'build', 2),
      unit('prost-build', 'lib', 'build'),
    ],
    ['macro', 'prost-build'],
  ],
  [
    "the package of a build script, but nothing else that the package's program contains",
    [
      unit('app', 'bin', 'build', 1, 2),
      unit('prost-build', 'lib', 'build'),
      unit('app', 'custom-build', 'run-custom-build', 3),
      unit('app', 'custom-build', 'build'),
    ],
    ['app'],
  ],
])('determines which packages run during the build: %s', (_, units, expected) => {
  expect(inBuildProgram(...units)).toEqual(expected);
});
