import { afterAll, beforeAll, expect, it } from 'vitest';
import { manifest, Workspace } from './workspace.ts';

let workspace: Workspace;
beforeAll(() => {
  workspace = new Workspace(
    {
      'Cargo.toml': '[workspace]\nmembers = ["mill"]\nresolver = "2"\n',
      'mill/Cargo.toml': manifest('mill'),
      'mill/src/main.rs': 'fn main() {}\n',
      'sieve/go.mod': 'module example.org/sieve\n\ngo 1.24\n',
      'sieve/main.go': 'package main\n\nfunc main() {}\n',
      'stack/compose.yaml': 'services: { a: { image: debian:bookworm-slim } }\n',
      'stack/compose.simple.yaml': 'services: { a: { command: "true" } }\n',
    },
    undefined,
    undefined,
    [
      { plugin: '@millwright/cargo', options: { platforms: ['linux/amd64'] } },
      { plugin: '@millwright/go', options: { platforms: ['linux/amd64'] } },
      '@millwright/compose',
    ],
  );
});
afterAll(() => {
  workspace.remove();
});

it.each(['built', 'from the cache'])('a build ends with a summary of its artifacts: %s', (origin) => {
  const { stdout, status } = workspace.nxApart(['run-many', '-t', 'build']);
  expect(status).toBe(0);
  for (const name of ['mill', 'sieve']) {
    const line = new RegExp(
      `^ {2}${name} +linux/amd64 +[\\d.]+ [KM]iB +artifacts/linux/amd64/${name} +${origin}$`,
      'gm',
    );
    expect(stdout.match(line), stdout).toHaveLength(1);
  }
});

it('a target without artifacts ends without a summary', () => {
  const { stdout, status } = workspace.nxApart(['run', 'mill:check']);
  expect(status).toBe(0);
  expect(stdout).not.toContain('Artifacts:');
});

it.each([
  ['mill:build:relase', 'nx run mill:build:release'],
  ['sieve:build:develpment', 'available configurations: release, dev, testing'],
  ['stack:up:simpel', 'nx run stack:up:simple'],
])('rejects %s and lists the existing configurations', (task, remedy) => {
  const { output, status } = workspace.nx(['run', task]);
  expect(output).toContain('error[CONFIGURATION_UNKNOWN]: ');
  expect(output).toContain(remedy);
  expect(status).toBe(1);
});
