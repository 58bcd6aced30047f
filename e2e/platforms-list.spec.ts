import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterEach, expect, it } from 'vitest';
import { manifest, outcomes, Workspace } from './workspace.ts';

let workspace: Workspace;
afterEach(() => {
  workspace.remove();
});

/** Nx hashes nx.json and the definition of a project into each of its tasks (see the README of @millwright/cargo). */
it('removing a platform from the options reruns the other builds, which compile nothing and give identical artifacts', () => {
  const plugins = (platforms: readonly string[]) => [{ plugin: '@millwright/cargo', options: { platforms } }];
  workspace = new Workspace(
    {
      'Cargo.toml': '[workspace]\nmembers = ["app"]\nresolver = "2"\n',
      'app/Cargo.toml': manifest('app'),
      'app/src/main.rs': 'fn main() {}\n',
    },
    undefined,
    undefined,
    plugins(['linux/amd64', 'linux/arm64']),
  );
  const task = 'app:build-linux-amd64:release';
  const build = () => outcomes(workspace.nx(['run', 'app:build-linux-amd64']).output)[task];
  const file = (path: string) => readFileSync(workspace.path(`artifacts/linux/amd64/${path}`));
  const digest = () => createHash('sha256').update(file('app')).digest('hex');
  const compiled = () =>
    (JSON.parse(file('app.metrics.json').toString()) as { cratesCompiled: number }).cratesCompiled;
  expect(build()).toBe('built');
  const [before, first] = [digest(), compiled()];
  expect(first).toBe(1);
  workspace.write('nx.json', JSON.stringify({ analytics: false, plugins: plugins(['linux/amd64']) }));
  expect(build()).toBe('built');
  expect([digest(), compiled()]).toEqual([before, 0]);
});
