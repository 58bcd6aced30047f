import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { invocationFor } from './invocation.js';
import { groupByShape, shapeKey, shapeOf } from './invocation-shape.js';
import { hostTriple, requestWith, type RequestFacts } from './request.spec.helper.js';

const arm = 'aarch64-unknown-linux-gnu';
const musl = 'x86_64-unknown-linux-musl';
const zig = { program: '/zig', subcommand: 'zigbuild', strategy: 'zigbuild' } as const;

describe('two requests share a cargo', () => {
  it.each<[string, RequestFacts, RequestFacts]>([
    ['where nothing differs', {}, {}],
    ['for two packages', {}, { name: 'tool' }],
    ['for two targets with names', { linker: { target: arm } }, { linker: { target: musl } }],
    [
      'for two packages through zigbuild',
      { linker: { ...zig, target: arm } },
      { name: 'tool', linker: { ...zig, target: arm } },
    ],
    [
      'with features in another order',
      { features: { features: ['a', 'b'] } },
      { features: { features: ['b', 'a'] } },
    ],
    [
      'with variables in another order',
      { options: { env: { A: '1', B: '2' } } },
      { options: { env: { B: '2', A: '1' } } },
    ],
    ['with flags for their own C compilers', {}, { settings: { compilerEnv: { [`CFLAGS_${arm}`]: '-O2' } } }],
  ])('%s', (_, one, other) => {
    expect(groupByShape([requestWith(one), requestWith(other)])).toHaveLength(1);
  });
});

describe('two requests have a cargo each', () => {
  const options = (own: NonNullable<RequestFacts['options']>) => ({ options: own });
  it.each<[string, RequestFacts, RequestFacts?]>([
    ['in two workspaces', { workspace: '/other' }],
    ['with two cargos', { toolchain: { cargo: '/beta/bin/cargo' } }],
    ['with two compilers of one cargo', { toolchain: { rustc: '/beta/bin/rustc' } }],
    ['where one names its toolchain', options({ toolchain: 'stable' })],
    ['for the host with and without its name', { linker: { target: hostTriple } }],
    [
      'for two targets through zigbuild',
      { linker: { ...zig, target: arm } },
      { linker: { ...zig, target: musl } },
    ],
    ['through cargo and through zigbuild', { linker: { ...zig, target: arm } }, { linker: { target: arm } }],
    ['with two profiles', options({ profile: 'dev' })],
    ['with two sets of features', { features: { features: ['a'] } }],
    ['without the default features', { features: { defaultFeatures: false } }],
    ['with all features', { features: { allFeatures: true } }],
    ['for some binaries and for all', options({ bins: ['app'] })],
    [
      'for binaries of the same name in two packages',
      options({ bins: ['x'] }),
      { name: 'tool', ...options({ bins: ['x'] }) },
    ],
    ['with two environments', options({ env: { A: '1' } })],
    ['with arguments of their own', options({ args: ['--locked'] })],
    ['with settings by argument', { settings: { args: ['--config', 'x=1'] } }],
    ['with settings by variable', { settings: { env: { SOURCE_DATE_EPOCH: '1' } } }],
    ['where one takes a variable away', { settings: { env: { DATABASE_URL: undefined } } }],
    ['with and without sccache', { settings: { sccache: '/usr/bin/sccache' } }],
    ['where one says how many jobs', { requestedJobs: 2 }],
  ])('%s', (_, one, other = {}) => {
    expect(groupByShape([requestWith(one), requestWith(other)])).toHaveLength(2);
  });
});

it('groups keep the order of the requests', () => {
  const names = ['c', 'a', 'b', 'd'];
  const requests = names.map((name, index) =>
    requestWith({ name, options: { profile: index % 2 === 0 ? 'release' : 'dev' } }),
  );
  expect(groupByShape(requests).map((group) => group.map(({ project }) => project))).toEqual([
    ['c', 'b'],
    ['a', 'd'],
  ]);
});

describe('a cargo', () => {
  const texts = fc.constantFrom('a', 'b');
  const lists = fc.array(texts, { maxLength: 2 });
  const environments = fc.dictionary(texts, texts, { maxKeys: 2 });
  const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });
  const requests = fc
    .record({
      name: fc.constantFrom('app', 'tool'),
      workspace: fc.constantFrom('/w', '/v'),
      cargo: texts,
      rustc: texts,
      profile: fc.constantFrom('release', 'dev'),
      features: lists,
      defaultFeatures: fc.boolean(),
      allFeatures: fc.boolean(),
      bins: maybe(lists),
      env: environments,
      args: lists,
      toolchain: maybe(texts),
      settingsArgs: lists,
      settingsEnv: fc.dictionary(texts, maybe(texts), { maxKeys: 2 }),
      sccache: maybe(texts),
      jobs: maybe(fc.constantFrom(1, 2)),
      target: maybe(fc.constantFrom(hostTriple, arm)),
      program: maybe(fc.constantFrom('/zig', '/cross')),
      subcommand: fc.constantFrom('build', 'zigbuild'),
    })
    .map((one) =>
      requestWith({
        name: one.name,
        workspace: one.workspace,
        options: {
          profile: one.profile,
          env: one.env,
          args: one.args,
          ...(one.bins === undefined ? {} : { bins: one.bins }),
          ...(one.toolchain === undefined ? {} : { toolchain: one.toolchain }),
        },
        features: {
          features: one.features,
          defaultFeatures: one.defaultFeatures,
          allFeatures: one.allFeatures,
        },
        toolchain: { cargo: one.cargo, rustc: one.rustc },
        settings: { args: one.settingsArgs, env: one.settingsEnv, sccache: one.sccache },
        linker: {
          subcommand: one.subcommand,
          ...(one.target === undefined ? {} : { target: one.target }),
          ...(one.program === undefined ? {} : { program: one.program }),
        },
        ...(one.jobs === undefined ? {} : { requestedJobs: one.jobs }),
      }),
    );
  /** Two requests that differ in few places, so that many pairs have one shape. */
  const pairs = fc
    .tuple(
      requests,
      requests,
      fc.array(
        fc.constantFrom('package', 'linker', 'options', 'features', 'toolchain', 'settings', 'requestedJobs'),
        { maxLength: 2 },
      ),
    )
    .map(([one, other, taken]) => {
      const changes = Object.fromEntries(
        Object.entries(other).filter(([key]) => taken.includes(key as 'package')),
      );
      return [one, { ...one, ...changes }] as const;
    });
  const surroundings = { env: {}, color: false };

  it('has the same arguments and environment for requests with equal keys, whichever comes first', () => {
    fc.assert(
      fc.property(pairs, ([one, other]) => {
        fc.pre(shapeKey(shapeOf(one)) === shapeKey(shapeOf(other)));
        const forward = invocationFor([one, other], surroundings);
        const backward = invocationFor([other, one], surroundings);
        expect({ ...forward, requests: [] }).toEqual({ ...backward, requests: [] });
      }),
    );
  });

  it('has the arguments that a request alone would have, but for packages, targets and their features', () => {
    const common = (...[request, ...others]: Parameters<typeof invocationFor>[0]) => {
      const { program, cwd, env, args } = invocationFor([request, ...others], surroundings);
      const own = ['--package', '--target', '--features'];
      const rest = args.filter((arg, index) => !own.includes(arg) && !own.includes(args[index - 1] ?? ''));
      return { program, cwd, env, rest };
    };
    fc.assert(
      fc.property(pairs, ([first, second]) => {
        fc.pre(shapeKey(shapeOf(first)) === shapeKey(shapeOf(second)));
        expect(common(first, second)).toEqual(common(first));
        expect(common(first, second)).toEqual(common(second));
      }),
    );
  });
});
