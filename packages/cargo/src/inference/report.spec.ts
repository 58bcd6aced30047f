import { expect, it } from 'vitest';
import { readRepository } from '../manifests/repository.js';
import { readVendoredSources } from '../vendored/vendored-crates.js';
import { manifestReport } from './report.js';

it('advises to exclude an invalid manifest of vendored sources, and to fix another one', () => {
  const files: Record<string, string> = {
    'vendor/millwright.toml': '[sources.mill]\n',
    'vendor/mill/Cargo.toml': '[package',
    'own/Cargo.toml': '[package',
  };
  const read = (path: string) => files[path];
  const repository = readRepository(['vendor/mill/Cargo.toml', 'own/Cargo.toml'], {
    read,
    exists: (path) => path in files,
    list: () => [],
  });
  const { sources } = readVendoredSources(['vendor/millwright.toml'], read, {});
  const [warning = ''] = manifestReport(repository, [], sources).warnings;
  const [own = '', vendored = ''] = warning.split('vendor/mill/Cargo.toml:');
  expect(vendored).toContain(
    'help: exclude the file, unless you need the crate: it belongs to vendored sources',
  );
  expect(own).toContain('help: fix the manifest at the given line');
});
