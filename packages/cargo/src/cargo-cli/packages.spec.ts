import { expect, it } from 'vitest';
import type { CargoMetadata } from './metadata.js';
import { localFolders, packageOf } from './packages.js';

const pkg = (name: string, ...paths: readonly (string | null)[]) => ({
  ...{ id: name, name, version: '1.0.0', targets: [], features: {} },
  manifest_path: `/mill/${name}/Cargo.toml`,
  dependencies: paths.map((path) => ({ path })),
});
const metadata: CargoMetadata = {
  packages: [pkg('app', '/mill/store', null), pkg('store', '/mill/app', '/elsewhere'), pkg('other')],
  workspace_root: '/mill',
  target_directory: '/mill/target',
};

it('follows path dependencies, also in circles and out of the workspace', () => {
  const foldersOf = (name: string) => localFolders(metadata, packageOf(metadata, `/mill/${name}`)).sort();
  expect(foldersOf('app')).toEqual(['/elsewhere', '/mill/app', '/mill/store']);
  expect(foldersOf('other')).toEqual(['/mill/other']);
});
