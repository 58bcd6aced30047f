import { expect, it } from 'vitest';
import type { Unit } from '../cargo-cli/unit-graph.js';
import { unitsOf } from './units.js';

const unit = (name: string, kind: string, dependencies: number[] = [], more: Partial<Unit> = {}): Unit => ({
  pkg_id: name.startsWith('local-') ? `path+file:///w/${name}#0.1.0` : `registry+https://r#${name}@1.0.0`,
  target: { kind: [kind], crate_types: [kind], name },
  platform: null,
  mode: 'build',
  profile: { lto: 'false' },
  features: [],
  dependencies: dependencies.map((index) => ({ index })),
  ...more,
});

const run = { mode: 'run-custom-build' };
const graph: Unit[] = [
  unit('local-app', 'bin', [1, 2, 3]),
  unit('local-app', 'lib', [3, 4, 5]),
  // The build script of the application.
  unit('local-app', 'custom-build', [7], run),
  unit('log', 'lib', [], { features: ['std', 'alloc'] }),
  unit('derive', 'proc-macro', [6]),
  unit('ring', 'lib', [9]),
  unit('syn', 'lib'),
  unit('local-app', 'custom-build', [8]),
  unit('cc', 'lib', [6]),
  unit('ring', 'custom-build', [10], run),
  unit('ring', 'custom-build', [8]),
  // Of another crate in the same build.
  unit('local-other', 'bin', [12]),
  unit('rand', 'lib'),
];
const shown = (units: readonly Unit[], root: number) => {
  const { root: index, units: found } = unitsOf({ units, roots: [] }, root, () => ({}));
  const names = found.map(({ name }) => name);
  return {
    root: names[index],
    units: found.map(
      ({ name, kind, features = [], buildScript, dependencies }) =>
        `${name} ${kind}${features.map((one) => ` +${one}`).join('')}${buildScript ? ' script' : ''} -> ${dependencies.map((one) => names[one]).join()}`,
    ),
  };
};

it('lists what is linked, procedural macros, and what build scripts link, each once', () => {
  expect(shown(graph, 0)).toEqual({
    root: 'local-app',
    units: [
      'cc build -> syn',
      'derive proc-macro -> syn',
      'local-app normal script -> cc,derive,log,ring',
      'log normal +alloc +std -> ',
      'ring normal script -> cc',
      'syn proc-macro -> ',
    ],
  });
});

it('gives the same for an artifact that is built alone', () => {
  const alone = graph.slice(0, 11);
  const reversed = [...alone].reverse().map((one) => ({
    ...one,
    dependencies: one.dependencies.map(({ index }) => ({ index: alone.length - 1 - index })).reverse(),
  }));
  expect(shown(alone, 0)).toEqual(shown(graph, 0));
  expect(shown(reversed, alone.length - 1)).toEqual(shown(graph, 0));
});

it('keeps the features apart that a package has for the target and for build programs', () => {
  const units = [
    unit('local-app', 'bin', [1, 3]),
    unit('log', 'lib'),
    unit('log', 'lib', [], { features: ['std'] }),
    unit('local-app', 'custom-build', [4], run),
    unit('local-app', 'custom-build', [2]),
  ];
  expect(shown(units, 0).units).toEqual([
    'local-app normal script -> log,log',
    'log build +std -> ',
    'log normal -> ',
  ]);
});
