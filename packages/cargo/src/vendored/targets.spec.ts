import { hostPlatform } from '@millwright/toolkit';
import { expect, it } from 'vitest';
import { readVendoredSources } from './vendored-crates.js';
import { commandOptionsFrom, vendoredTargets } from './targets.js';
import { sliceInputOf } from '../resolution/world.spec.helper.js';

const text = `
[sources.mill]
glibc = "2.36"
[sources.mill.crates."."]
options = { features = "a,b", defaultFeatures = false, sqlxOffline = true, env = { X = "1" }, installTo = "mill/app" }
validate = { prints = "App" }
`;
const {
  sources: [source],
} = readVendoredSources(['millwright.toml'], () => text, {});
const vendored = source?.crates.get('mill');
const { workspace } = sliceInputOf({ 'Cargo.toml': '[package]\nname = "app"\nversion = "0.1.0"\n' });
const [crate] = workspace.crates;
if (!source || !vendored || !crate) throw new Error('the source has a crate');

it('starts binaries for the host platform, and knows the outputs to clean', () => {
  const { platform } = hostPlatform();
  const options = { ...source.options, platforms: ['windows/amd64', platform] } as typeof source.options;
  const targets = vendoredTargets(
    { crate, workspace, vendored, filesFor: () => ['app'], filesWith: () => ['app'] },
    options,
  );
  expect(targets.validate).toMatchObject({
    dependsOn: [`build-${platform.replaceAll('/', '-')}`],
    options: { platform, prints: 'App' },
    configurations: { dev: { files: [`artifacts/dev/${platform}/app`, 'mill/app'] } },
  });
  const { paths } = targets.clean?.options as { paths: string[] };
  expect(paths).toEqual(
    expect.arrayContaining([
      'artifacts/windows/amd64/app',
      `artifacts/testing/${platform}/app.metrics.json`,
      'mill/app',
      'target',
    ]),
  );
});

it('starts no binary without a validate setting', () => {
  const { validate, ...rest } = vendored;
  expect(validate).toBeDefined();
  const targets = vendoredTargets(
    { crate, workspace, vendored: rest, filesFor: () => ['app'], filesWith: () => ['app'] },
    source.options,
  );
  expect(Object.keys(targets)).toEqual(['clean']);
});

it('checks use the features and environment of builds', () => {
  expect(commandOptionsFrom(vendored, 'x86_64-unknown-linux-gnu')).toEqual({
    features: ['a', 'b'],
    defaultFeatures: false,
    env: { X: '1', SQLX_OFFLINE: 'true' },
  });
  expect(commandOptionsFrom(undefined, 'x86_64-unknown-linux-gnu')).toEqual({});
});
