import { describe, expect, it } from 'vitest';
import { invocationFor, planArguments } from './invocation.js';
import { hostTriple, requestWith, type RequestFacts } from './request.spec.helper.js';

const arm = 'aarch64-unknown-linux-gnu';
const musl = 'x86_64-unknown-linux-musl';
const plain = { env: {}, color: false };

/** Returns the arguments after those common to all invocations. */
function argumentsOf(first: RequestFacts, ...rest: RequestFacts[]): readonly string[] {
  const { args } = invocationFor([requestWith(first), ...rest.map(requestWith)], plain);
  return args.slice(args.indexOf('--message-format=json') + 1);
}

const app = ['--package', 'path+file:///w/crates/app#0.1.0'];
const tool = ['--package', 'path+file:///w/crates/tool#0.1.0'];

describe('the arguments of cargo', () => {
  it.each<[string, readonly RequestFacts[], readonly string[]]>([
    ['name a package', [{}], app],
    ['name each package once, in order', [{ name: 'tool' }, {}, {}], [...app, ...tool]],
    [
      'name a package with an id of cargo before 1.77',
      [{ package: { id: 'app 0.1.0 (path+file:///w)' } }],
      ['--package', 'app@0.1.0'],
    ],
    [
      'name each target once, in order',
      [{ linker: { target: musl } }, { linker: { target: arm } }],
      [...app, '--target', arm, '--target', musl],
    ],
    ['select binaries', [{ options: { bins: ['x', 'y'] } }], [...app, '--bin', 'x', '--bin', 'y']],
    [
      'disable default features',
      [{ features: { defaultFeatures: false } }],
      [...app, '--no-default-features'],
    ],
    ['enable all features', [{ features: { allFeatures: true } }], [...app, '--all-features']],
    [
      'qualify features with their package',
      [{ features: { features: ['b', 'a'] } }, { name: 'tool', features: { features: ['a', 'b'] } }],
      [...app, ...tool, '--features', 'app/a,app/b,tool/a,tool/b'],
    ],
    [
      'keep a feature that is already qualified',
      [{ features: { features: ['dep/x'] } }],
      [...app, '--features', 'dep/x'],
    ],
    [
      "put settings before the task's arguments",
      [{ settings: { args: ['--config', 'x=1'] }, options: { args: ['--locked'] } }],
      [...app, '--config', 'x=1', '--locked'],
    ],
  ])('%s', (_, [first = {}, ...rest], expected) => {
    expect(argumentsOf(first, ...rest)).toEqual(expected);
  });

  it('begin with the manifest, the profile and the message format', () => {
    const request = requestWith({ options: { profile: 'dev' } });
    expect(invocationFor([request], { env: {}, color: true }).args.slice(0, 7)).toEqual([
      'build',
      '--manifest-path',
      '/w/Cargo.toml',
      '--profile',
      'dev',
      '--keep-going',
      '--message-format=json-diagnostic-rendered-ansi',
    ]);
  });
});

describe('the environment of cargo', () => {
  const environmentOf = (facts: RequestFacts, env = {}) =>
    invocationFor([requestWith(facts)], { env, color: false }).env;

  it('sets the compiler that was hashed, unless the user chose one', () => {
    expect(environmentOf({})).toEqual({ CARGO: '/stable/bin/cargo', RUSTC: '/stable/bin/rustc' });
    expect(environmentOf({}, { RUSTC: '/own' })).toEqual({ CARGO: '/stable/bin/cargo' });
  });

  it.each<[string, RequestFacts, string | undefined]>([
    ['the linker', { linker: { env: { X: 'linker' } } }, 'linker'],
    [
      'the task rather than the linker',
      { linker: { env: { X: 'linker' } }, options: { env: { X: 'task' } } },
      'task',
    ],
    [
      'a setting rather than the task',
      { options: { env: { X: 'task' } }, settings: { env: { X: undefined } } },
      undefined,
    ],
    [
      "the C compiler's flags, which include the task's value",
      { options: { env: { X: 'task' } }, settings: { compilerEnv: { X: 'task and more' } } },
      'task and more',
    ],
  ])('takes a variable from %s', (_, facts, expected) => {
    const env = environmentOf(facts);
    expect('X' in env).toBe(true);
    expect(env.X).toBe(expected);
  });
});

it('starts the wrapper instead of cargo, in the folder of the workspace', () => {
  const linker = {
    program: '/bin/cargo-zigbuild',
    subcommand: 'zigbuild',
    target: `${hostTriple}.2.28`,
  } as const;
  const { program, args, cwd } = invocationFor([requestWith({ linker })], plain);
  expect({ program, subcommand: args[0], cwd }).toEqual({
    program: '/bin/cargo-zigbuild',
    subcommand: 'zigbuild',
    cwd: '/w',
  });
});

it('queries plans with arguments that plain cargo supports', () => {
  expect(
    planArguments(['zigbuild', '--keep-going', '--package', 'x@0.1.0', '--target', `${arm}.2.28`]),
  ).toEqual(['build', '--package', 'x@0.1.0', '--target', arm]);
});
