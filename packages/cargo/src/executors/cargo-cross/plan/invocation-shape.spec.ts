import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { invocationFor } from './invocation.js';
import { groupByShape, shapeKey, shapeOf } from './invocation-shape.js';
import { hostTriple, requestWith, type RequestFacts } from './request.spec.helper.js';

const arm = 'aarch64-unknown-linux-gnu';
const musl = 'x86_64-unknown-linux-musl';
const zig = { program: '/zig', subcommand: 'zigbuild', strategy: 'zigbuild' } as const;

describe('two requests can share a cargo', () => {
  it.each<[string, RequestFacts, RequestFacts]>([
    ['if they are equal', {}, {}],
    ['for two packages', {}, { name: 'tool' }],
    ['for two explicit targets', { linker: { target: arm } }, { linker: { target: musl } }],
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
    ['with flags for different C compilers', {}, { settings: { compilerEnv: { [`CFLAGS_${arm}`]: '-O2' } } }],
  ])('%s', (_, one, other) => {
    expect(groupByShape([requestWith(one), requestWith(other)])).toHaveLength(1);
  });
});

describe('two requests cannot share a cargo', () => {
  const options = (own: NonNullable<RequestFacts['options']>) => ({ options: own });
  it.each<[string, RequestFacts, RequestFacts?]>([
    ['from two workspaces', { workspace: '/other' }],
    ['with different cargo executables', { toolchain: { cargo: '/beta/bin/cargo' } }],
    ['with different compilers', { toolchain: { rustc: '/beta/bin/rustc' } }],
    ['if one sets its toolchain', options({ toolchain: 'stable' })],
    ['for the host, with and without --target', { linker: { target: hostTriple } }],
    [
      'for two targets through zigbuild',
      { linker: { ...zig, target: arm } },
      { linker: { ...zig, target: musl } },
    ],
    ['through cargo and through zigbuild', { linker: { ...zig, target: arm } }, { linker: { target: arm } }],
    ['with different profiles', options({ profile: 'dev' })],
    ['with different features', { features: { features: ['a'] } }],
    ['without the default features', { features: { defaultFeatures: false } }],
    ['with all features', { features: { allFeatures: true } }],
    ['for selected binaries and for all', options({ bins: ['app'] })],
    [
      'for binaries of the same name in two packages',
      options({ bins: ['x'] }),
      { name: 'tool', ...options({ bins: ['x'] }) },
    ],
    ['with different environments', options({ env: { A: '1' } })],
    ['with different arguments', options({ args: ['--locked'] })],
    ['with settings passed as arguments', { settings: { args: ['--config', 'x=1'] } }],
    ['with settings passed as variables', { settings: { env: { SOURCE_DATE_EPOCH: '1' } } }],
    ['if one removes a variable', { settings: { env: { DATABASE_URL: undefined } } }],
    ['with and without sccache', { settings: { sccache: '/usr/bin/sccache' } }],
    ['if one sets the number of jobs', { requestedJobs: 2 }],
  ])('%s', (_, one, other = {}) => {
    expect(groupByShape([requestWith(one), requestWith(other)])).toHaveLength(2);
  });
});

it('keeps the order of requests in groups', () => {
  const names = ['c', 'a', 'b', 'd'];
  const requests = names.map((name, index) =>
    requestWith({ name, options: { profile: index % 2 === 0 ? 'release' : 'dev' } }),
  );
  expect(groupByShape(requests).map((group) => group.map(({ project }) => project))).toEqual([
    ['c', 'b'],
    ['a', 'd'],
  ]);
});

describe('an invocation', () => {
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
      program: maybe(fc.constantFrom('/zig', '/other-zig')),
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
  /** Two requests that differ in few properties, so that many pairs have equal shapes. */
  const pairs = fc
    .tuple(
      requests,
      requests,
      fc.array(
        fc.constantFrom('package', 'linker', 'options', 'features', 'toolchain', 'settings', 'requestedJobs'),
        { maxLength: 2 },
      ),
    )
    .map(([one, other, copiedKeys]) => {
      const changes = Object.fromEntries(
        Object.entries(other).filter(([key]) => copiedKeys.includes(key as 'package')),
      );
      return [one, { ...one, ...changes }] as const;
    });
  const context = { env: {}, color: false };

  it('has the same arguments and environment for requests with equal keys in any order', () => {
    fc.assert(
      fc.property(pairs, ([one, other]) => {
        fc.pre(shapeKey(shapeOf(one)) === shapeKey(shapeOf(other)));
        const forward = invocationFor([one, other], context);
        const backward = invocationFor([other, one], context);
        expect({ ...forward, requests: [] }).toEqual({ ...backward, requests: [] });
      }),
    );
  });

  it('has the arguments of each request alone, except for packages, targets and features', () => {
    const common = (...[request, ...others]: Parameters<typeof invocationFor>[0]) => {
      const { program, cwd, env, args } = invocationFor([request, ...others], context);
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
