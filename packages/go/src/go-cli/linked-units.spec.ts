import { expect, it } from 'vitest';
import { type ListedPackage, parseListing, unitsOf } from './linked-units.js';

const uuid = {
  Path: 'github.com/google/uuid',
  Version: 'v1.6.0',
  Sum: 'h1:uuid',
  Dir: '/home/user/go/pkg/mod/github.com/google/uuid@v1.6.0',
};
const net = {
  Path: 'golang.org/x/net',
  Version: 'v0.30.0',
  Replace: { Path: './net', Dir: '/w/app/net' },
};
const crypto = {
  Path: 'golang.org/x/crypto',
  Version: 'v0.31.0',
  Replace: { Path: 'example.com/crypto', Version: 'v0.31.1', Sum: 'h1:fork', Dir: '/home/user/go/pkg/mod/x' },
};
const main = { Path: 'example.com/app', Dir: '/w/app' };
const listed: ListedPackage[] = [
  { ImportPath: 'unsafe', Standard: true, DepOnly: true },
  { ImportPath: 'vendor/golang.org/x/net/idna', Standard: true, DepOnly: true },
  {
    ImportPath: 'net/http',
    Standard: true,
    DepOnly: true,
    Imports: ['golang.org/x/net/idna', 'unsafe'],
    ImportMap: { 'golang.org/x/net/idna': 'vendor/golang.org/x/net/idna' },
  },
  { ImportPath: 'golang.org/x/net/idna', DepOnly: true, Module: net },
  { ImportPath: 'golang.org/x/crypto/blake2b', DepOnly: true, Module: crypto, Imports: ['unsafe', 'C'] },
  { ImportPath: 'github.com/google/uuid', DepOnly: true, Module: uuid, Imports: ['net/http'] },
  {
    ImportPath: 'example.com/app/internal',
    DepOnly: true,
    Module: main,
    Imports: ['golang.org/x/crypto/blake2b', 'golang.org/x/net/idna'],
  },
  {
    ImportPath: 'example.com/app/cmd/app',
    Module: main,
    Imports: ['example.com/app/internal', 'github.com/google/uuid', 'net/http'],
  },
];

it('lists the linked packages by module, with what replaces it', () => {
  const { root, units } = unitsOf(listed, 'go1.26.0', '/w');
  expect(units[root]?.name).toBe('example.com/app');
  expect(units).toEqual([
    {
      name: 'example.com/app',
      path: 'app',
      kind: 'normal',
      packages: ['example.com/app/cmd/app', 'example.com/app/internal'],
      dependencies: [1, 2, 3, 4],
    },
    {
      name: 'github.com/google/uuid',
      version: 'v1.6.0',
      checksum: 'h1:uuid',
      kind: 'normal',
      packages: ['github.com/google/uuid'],
      dependencies: [4],
    },
    {
      name: 'golang.org/x/crypto',
      version: 'v0.31.0',
      replacedBy: { name: 'example.com/crypto', version: 'v0.31.1', checksum: 'h1:fork' },
      kind: 'normal',
      packages: ['golang.org/x/crypto/blake2b'],
      dependencies: [4],
    },
    {
      name: 'golang.org/x/net',
      version: 'v0.30.0',
      replacedBy: { name: 'folder', path: 'app/net' },
      kind: 'normal',
      packages: ['golang.org/x/net/idna'],
      dependencies: [],
    },
    {
      name: 'std',
      version: '1.26.0',
      kind: 'normal',
      packages: ['net/http', 'unsafe', 'vendor/golang.org/x/net/idna'],
      dependencies: [],
    },
  ]);
});

it('does not record folders outside the workspace', () => {
  const elsewhere = { Path: 'a', Version: 'v1.0.0', Replace: { Path: '/home/user/a', Dir: '/home/user/a' } };
  const { units } = unitsOf([{ ImportPath: 'a', Module: elsewhere }], 'go1.26.0', '/w');
  expect(JSON.stringify(units)).not.toContain('/home');
});

it('parses the output of go list', () => {
  expect(
    parseListing(
      '{\n\t"ImportPath": "a",\n\t"Module": {\n\t\t"Path": "m"\n\t}\n}\n{\n\t"ImportPath": "b"\n}\n',
    ),
  ).toEqual([{ ImportPath: 'a', Module: { Path: 'm' } }, { ImportPath: 'b' }]);
});

it.each([
  ['go1.26.0', '1.26.0'],
  ['go1.26.0 X:boringcrypto', '1.26.0'],
  ['devel go1.27-5abc Mon Nov 2 10:00:00 2026 +0000', '1.27-5abc'],
])('the standard library of %s has the version %s', (toolchain, version) => {
  const { units } = unitsOf(listed, toolchain, '/w');
  expect(units.find(({ name }) => name === 'std')?.version).toBe(version);
});
