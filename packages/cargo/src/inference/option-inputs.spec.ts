import type { TargetConfiguration } from '@nx/devkit';
import { hostCpuVariable } from '@millwright/toolkit';
import { describe, expect, it } from 'vitest';
import { ownToolchainVariable } from '../hashing/task-variables.js';
import { optionInputs } from './option-inputs.js';
import { UserOptions } from './written-options.js';

const executor = '@millwright/cargo:cargo-cross';
const native = { env: { RUSTFLAGS: '-C target-cpu=native' } };
const nightly = { toolchain: 'nightly' };

type Target = Pick<TargetConfiguration, 'options' | 'configurations'>;
type Files = Readonly<Record<string, unknown>>;

function inputsOf(target: Target, files: Files) {
  const written = new UserOptions((path) => (path in files ? JSON.stringify(files[path]) : undefined));
  return optionInputs(target, written.of('app', 'build', executor)).map(({ env }) => env);
}

/** Places of options; the last value tells whether they apply to the target. */
const places: [string, (options: object) => { target?: Target; files?: Files }, boolean][] = [
  ['options of the target', (options) => ({ target: { options } }), true],
  ['options of a configuration', (options) => ({ target: { configurations: { release: options } } }), true],
  [
    'a project.json',
    (options) => ({ files: { 'app/project.json': { targets: { build: { options } } } } }),
    true,
  ],
  [
    'a package.json',
    (options) => ({ files: { 'app/package.json': { nx: { targets: { build: { options } } } } } }),
    true,
  ],
  [
    'defaults of nx.json',
    (options) => ({ files: { 'nx.json': { targetDefaults: { build: { options } } } } }),
    true,
  ],
  [
    'defaults of nx.json for the executor',
    (options) => ({ files: { 'nx.json': { targetDefaults: { [executor]: { options } } } } }),
    true,
  ],
  [
    'the options of another target',
    (options) => ({ files: { 'app/project.json': { targets: { test: { options } } } } }),
    false,
  ],
];

describe('inputs derived from options', () => {
  it.each(places)('contain the host CPU for flags in %s', (_, write, counts) => {
    const { target = {}, files = {} } = write(native);
    expect(inputsOf(target, files)).toEqual(counts ? [hostCpuVariable] : []);
  });

  it.each(places)('contain the toolchain named in %s', (_, write, counts) => {
    const { target = {}, files = {} } = write(nightly);
    expect(inputsOf(target, files)).toEqual(counts ? [ownToolchainVariable('nightly')] : []);
  });

  it('contain each toolchain once, in order', () => {
    const configurations = { release: { toolchain: 'stable' }, dev: nightly, testing: nightly };
    expect(inputsOf({ configurations }, {})).toEqual(['nightly', 'stable'].map(ownToolchainVariable));
  });
});
