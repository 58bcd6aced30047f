import { expect, it } from 'vitest';
import { cliOverrides } from './cli-overrides.js';

it.each<[string, boolean, readonly string[]]>([
  ['run app:build --features=loud', true, []],
  ['run app:build --features loud', true, []],
  ['run app:build -- --all-features', true, []],
  ['build app --allFeatures', true, []],
  ['build app --no-defaultFeatures', true, []],
  ['build app --defaultFeatures=false', true, []],
  ['build app --env.KEY=value', true, []],
  ['build app --profile=dev', true, []],
  ['build app --target=aarch64-unknown-linux-gnu', true, []],
  ['build app --target aarch64-unknown-linux-gnu', true, []],
  ['build app --toolchain=nightly', false, ['nightly']],
  ['build app --toolchain nightly --features=a', true, ['nightly']],
  ['run-many --target=build-linux-amd64', false, []],
  ['run-many --target=build', false, []],
  ['run-many --targets=build --projects=features', false, []],
  ['run app:build:release --skip-nx-cache --verbose', false, []],
])('nx %s', (line, resolution, toolchains) => {
  expect(cliOverrides(line.split(' '))).toEqual({ resolution, toolchains });
});
