import { describe, expect, it } from 'vitest';
import { pluginOptions } from '../options.js';
import { crateTargets } from './targets.js';
import { sliceInputOf } from '../resolution/world.spec.helper.js';

const { workspace } = sliceInputOf({
  'Cargo.toml': '[package]\nname = "app"\nversion = "0.1.0"\n[[bin]]\nname = "app"\npath = "src/main.rs"\n',
});
const [crate] = workspace.crates;
if (!crate) throw new Error('the workspace has a crate');
const app = {
  ...crate,
  targets: [{ kind: 'bin', name: 'app', path: 'src/main.rs', crateTypes: ['bin'], requiredFeatures: [] }],
} as const;

const targetsFor = (options: object, compilesC = true) =>
  crateTargets(
    {
      projectName: 'app',
      crate: app,
      workspace,
      workspaceProject: 'app',
      closure: [],
      features: 'default',
      compilesC,
      gitlinks: [],
      settings: ['tools/link.ld'],
      userOptionsOf: () => [],
    },
    pluginOptions.parse(options),
  );

function buildsFor(options: object) {
  return Object.entries(targetsFor(options))
    .filter(([name]) => name.startsWith('build-'))
    .map(([name, { options: own, configurations }]) => {
      const { libc, glibc } = own as { libc?: string; glibc?: string };
      const folders = Object.values(configurations ?? {}).map(
        ({ outputPath }: { outputPath: string }) => outputPath,
      );
      return { name, libc, glibc, folder: folders[0], folders: new Set(folders).size };
    });
}

describe('builds for one or several C libraries', () => {
  it.each<[string, object, readonly (readonly [string, string | undefined, string])[]]>([
    ['glibc', {}, [['build-linux-amd64', undefined, 'artifacts/linux/amd64']]],
    ['musl alone', { libc: 'musl' }, [['build-linux-amd64', 'musl', 'artifacts/linux/amd64']]],
    [
      'both',
      { libc: ['musl', 'gnu', 'gnu'] },
      [
        ['build-linux-amd64-musl', 'musl', 'artifacts/linux/amd64-musl'],
        ['build-linux-amd64', undefined, 'artifacts/linux/amd64'],
      ],
    ],
    [
      'both, with a platform that has only one',
      { libc: ['gnu', 'musl'], platforms: ['linux/arm/v7', 'darwin/arm64'] },
      [
        ['build-linux-arm-v7', undefined, 'artifacts/linux/arm/v7'],
        ['build-linux-arm-v7-musl', 'musl', 'artifacts/linux/arm/v7-musl'],
        ['build-darwin-arm64', undefined, 'artifacts/darwin/arm64'],
      ],
    ],
  ])('%s', (_, options, expected) => {
    const builds = buildsFor({ platforms: ['linux/amd64'], ...options });
    expect(builds.map(({ name, libc, folder }) => [name, libc, folder])).toEqual(expected);
    expect(builds.every(({ folders }) => folders === 3)).toBe(true);
  });

  it('apply a minimum glibc only to glibc', () => {
    const builds = buildsFor({ platforms: ['linux/amd64'], libc: ['gnu', 'musl'], glibc: '2.28' });
    expect(builds.map(({ name, glibc }) => [name, glibc])).toEqual([
      ['build-linux-amd64', '2.28'],
      ['build-linux-amd64-musl', undefined],
    ]);
  });
});

it.each([true, false])(
  'variables for C compilers are inputs of a build that compiles C (%s)',
  (compilesC) => {
    const targets = targetsFor({ platforms: ['linux/amd64'] }, compilesC);
    const variables = (target: string) =>
      (targets[target]?.inputs ?? []).flatMap((input) =>
        typeof input === 'object' && 'env' in input ? [input.env] : [],
      );
    const isForC = (name: string) => /^(CC|CFLAGS)$|_C_DIGEST$/.test(name);
    expect(variables('build-linux-amd64').filter(isForC)).toHaveLength(compilesC ? 3 : 0);
    expect(variables('check').filter(isForC)).toHaveLength(3);
  },
);

it.each(['build-linux-amd64', 'check', 'test', 'lint'])(
  "the files that cargo's configuration names are inputs of %s",
  (target) => {
    const inputs = targetsFor({ platforms: ['linux/amd64'] })[target]?.inputs;
    expect(inputs).toContain('{workspaceRoot}/tools/link.ld');
  },
);
