import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasRustup, outcomes, Workspace } from '../workspace.ts';
import type { Change } from './change.ts';
import { binaries, type Binary, files, link } from './fixture.ts';
import { manifests } from './manifest-changes.ts';
import { settings } from './setting-changes.ts';
import { sources } from './source-changes.ts';

/**
 * Each change is made to a built workspace, and the affected binaries are built. The result is compared with a clean
 * build by plain cargo: exactly the binaries that changed there must be rebuilt, with the same output.
 */
let workspace: Workspace;
let truthFolder: string;
let before: Truth;
let putArtifactsBack: () => void;

interface Truth {
  readonly printed: Readonly<Record<Binary, string>>;
  readonly digests: Readonly<Record<Binary, string>>;
}

beforeAll(() => {
  truthFolder = mkdtempSync(join(tmpdir(), 'millwright-truth-'));
  workspace = new Workspace(files, undefined, link);
  before = truth({});
  expect(workspace.nx(['run-many', '-t', 'build']).status).toBe(0);
  putArtifactsBack = workspace.keepArtifacts();
});
afterAll(() => {
  workspace.remove();
  rmSync(truthFolder, { recursive: true, force: true });
});

function truth(env: Readonly<Record<string, string | undefined>>): Truth {
  rmSync(truthFolder, { recursive: true, force: true });
  // One by one: together, cargo would unify their features.
  for (const name of binaries) {
    const args = ['--release', '--offline', '--quiet', '--target-dir', truthFolder, '--package', name];
    workspace.cargoWith(env, 'build', ...args);
  }
  return inspect((name) => join(truthFolder, 'release', name));
}

function inspect(path: (name: string) => string): Truth {
  const each = (of: (file: string) => string) =>
    Object.fromEntries(binaries.map((name) => [name, of(path(name))])) as Record<Binary, string>;
  return {
    printed: each((file) => execFileSync(file, { encoding: 'utf8' })),
    digests: each((file) => createHash('sha256').update(readFileSync(file)).digest('hex')),
  };
}

/** Restores what the next change is made to. */
function restore(): void {
  workspace.git('checkout', '--quiet', '.');
  workspace.git('clean', '--quiet', '--force', '-d');
  putArtifactsBack();
}

describe.each<[string, readonly Change[]]>([
  ['sources', sources],
  ['manifests', manifests],
  ['settings', settings],
])('%s', (_, changes) => {
  it.for(changes)(
    '$name',
    ({ apply, env, changes: expected, needless = [], unseen, requiresRustup }, { skip }) => {
      skip(requiresRustup === true && !hasRustup, 'requires rustup');
      try {
        // Earlier cases put only the artifacts back. The state of Nx can still be that of their last run.
        if (unseen) workspace.nx(['run-many', '-t', 'build']);
        apply?.(workspace);
        const environment = env?.(workspace) ?? {};
        const wanted = truth(environment);
        const changed = binaries.filter((name) => wanted.digests[name] !== before.digests[name]);
        expect(changed).toEqual(expected);

        const command = unseen ? ['run-many', '-t', 'build'] : ['affected', '-t', 'build', '--base=HEAD'];
        const { output, status } = workspace.nx(command, environment);
        expect(status, output).toBe(0);
        const built = Object.entries(outcomes(output))
          .filter(([task, outcome]) => task.includes(':build-') && outcome === 'built')
          .map(([task]) => task.slice(0, task.indexOf(':')));
        const ours = inspect((name) => workspace.path(`artifacts/linux/amd64/${name}`));
        expect(ours.printed, 'what the binaries print').toEqual(wanted.printed);
        expect(built.sort(), 'what was built').toEqual([...expected, ...needless].sort());
      } finally {
        restore();
      }
    },
  );
});

it('restores outputs that were deleted or modified', () => {
  const path = 'artifacts/linux/amd64/app';
  const built = workspace.read(path);
  workspace.write(path, 'tampered');
  rmSync(workspace.path('artifacts/linux/amd64/other'));
  expect(workspace.nx(['run-many', '-t', 'build']).status).toBe(0);
  expect(workspace.read(path)).toBe(built);
  expect(existsSync(workspace.path('artifacts/linux/amd64/other'))).toBe(true);
});
