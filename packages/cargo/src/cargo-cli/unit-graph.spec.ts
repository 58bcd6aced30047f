import { describe, expect, it } from 'vitest';
import { featuresAgree, groupByFeatures, haveEqualFeatures, packagesIn, type Unit } from './unit-graph.js';

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

describe('builds share a cargo only if every common unit has the same features', () => {
  const a = new Map([
    ['serde', 'derive'],
    ['a', ''],
  ]);
  const b = new Map([
    ['serde', 'derive'],
    ['b', ''],
  ]);
  const c = new Map([
    ['serde', 'derive,rc'],
    ['c', ''],
  ]);

  it.each([
    ['agree if they share a dependency with equal features', b, true],
    ['differ if they share a dependency with other features', c, false],
    ['agree if they share no dependency', new Map([['other', 'x']]), true],
  ])('%s', (_, other, expected) => {
    const one = a;
    expect(haveEqualFeatures(one, other)).toBe(expected);
    expect(haveEqualFeatures(other, one)).toBe(expected);
  });

  it('groups builds with equal features, and keeps builds with unknown features apart', () => {
    const builds = [
      { build: 'a', units: a },
      { build: 'c', units: c },
      { build: 'b', units: b },
      { build: 'unknown', units: undefined },
    ];
    expect(groupByFeatures(builds)).toEqual([['a', 'b'], ['c'], ['unknown']]);
  });
});

describe('a common plan shows whether every build alone would have the same features', () => {
  const unit = (name: string, change: Partial<Unit> = {}): Unit => ({
    pkg_id: name,
    target: { kind: ['bin'], crate_types: ['bin'], name },
    platform: null,
    mode: 'build',
    profile: { lto: 'false' },
    features: [],
    dependencies: [],
    ...change,
  });
  const target = (kind: string) => ({ target: { kind: [kind], crate_types: [kind], name: 'x' } });
  const lto = { profile: { lto: 'true' } };
  it.each<[string, boolean, Unit[], number]>([
    ['no features', true, [unit('a'), unit('b'), unit('l', target('lib'))], 2],
    ['a feature', false, [unit('a'), unit('b'), unit('l', { ...target('lib'), features: ['x'] })], 2],
    ['a build script', false, [unit('a'), unit('b'), unit('l', target('custom-build'))], 2],
    ['a run of a build script', false, [unit('a'), unit('b'), unit('l', { mode: 'run-custom-build' })], 2],
    ['a procedural macro', false, [unit('a'), unit('b'), unit('l', target('proc-macro'))], 2],
    ['LTO, roots of one kind', true, [unit('a', lto), unit('b', lto)], 2],
    ['LTO, roots of two kinds', false, [unit('a', lto), unit('b', { ...lto, ...target('cdylib') })], 2],
  ])('%s: %s', (_, expected, units, roots) => {
    expect(featuresAgree({ units, roots: [...Array(roots).keys()] })).toBe(expected);
  });
});
