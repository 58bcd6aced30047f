import { execFileSync, spawnSync } from 'node:child_process';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { outcomes, Workspace } from './workspace.ts';

const layout = 'artifacts/images/team-app';
const image = 'registry.example.com/team/app:latest';
const program = (answer: string) =>
  `package main\n\nimport (\n\t"fmt"\n\t"os"\n)\n\nfunc main() { fmt.Println("${answer}", os.Getuid(), os.Args[1:]) }\n`;
const plugins = [
  { plugin: '@millwright/go', options: { platforms: ['linux/amd64', 'linux/arm64'] } },
  {
    plugin: '@millwright/oci',
    options: {
      images: { app: { name: 'registry.example.com/team/app', user: 'app', command: ['--default'] } },
    },
  },
];
let origin: Workspace;
let clone: Workspace;

function built(workspace: Workspace, ...flags: string[]): Record<string, string> {
  const { status, output } = workspace.nx(['run', 'app:oci-image', ...flags]);
  expect(status, output).toBe(0);
  return outcomes(output);
}

beforeAll(() => {
  const files = { 'app/go.mod': 'module example.org/app\n\ngo 1.24\n', 'app/main.go': program('it runs') };
  origin = new Workspace(files, undefined, undefined, plugins);
  built(origin);
  clone = origin.clone();
});
afterAll(() => {
  origin.remove();
  clone.remove();
});

it('another clone gives the same image, and a second run restores it', () => {
  built(clone, '--skip-nx-cache');
  expect(clone.read(`${layout}/index.json`)).toBe(origin.read(`${layout}/index.json`));
  origin.delete('artifacts');
  expect(built(origin)['app:oci-image']).toBe('cached');
  expect(origin.read(`${layout}/index.json`)).toBe(clone.read(`${layout}/index.json`));
});

it('skopeo reads the image of each platform', () => {
  for (const platform of ['amd64', 'arm64']) {
    const args = [
      '--override-os',
      'linux',
      '--override-arch',
      platform,
      'inspect',
      `oci:${origin.path(layout)}:latest`,
    ];
    expect(JSON.parse(execFileSync('skopeo', args, { encoding: 'utf8' }))).toMatchObject({
      Architecture: platform,
      Os: 'linux',
    });
  }
});

const hasDocker = spawnSync('docker', ['version']).status === 0;

it.runIf(hasDocker || process.env.CI !== undefined)(
  'docker loads the folder and runs the program as its user',
  () => {
    const command = `tar -C ${layout} -c . | docker load`;
    const loaded = execFileSync('sh', ['-c', command], { cwd: origin.folder, encoding: 'utf8' });
    expect(loaded).toContain(`Loaded image: ${image}`);
    try {
      const run = (...args: string[]) =>
        execFileSync('docker', ['run', '--rm', image, ...args], { encoding: 'utf8' });
      expect(run()).toBe('it runs 65532 [--default]\n');
      expect(run('other')).toBe('it runs 65532 [other]\n');
    } finally {
      spawnSync('docker', ['image', 'rm', '--force', image]);
    }
  },
);

it('a change of the program changes the image', () => {
  const before = origin.read(`${layout}/index.json`);
  origin.write('app/main.go', program('it changed'));
  built(origin);
  expect(origin.read(`${layout}/index.json`)).not.toBe(before);
});
