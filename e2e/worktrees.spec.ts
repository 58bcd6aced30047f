import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { manifest, nxEnvironment, outcomes, repository, Workspace } from './workspace.ts';

it('a git worktree restores what another one built, and builds what it has otherwise', () => {
  const files = {
    'Cargo.toml': '[workspace]\nmembers = ["app"]\nresolver = "2"\n',
    'app/Cargo.toml': manifest('app'),
    'app/src/main.rs': 'fn main() { println!("one"); }\n',
    'tool/go.mod': 'module example.org/tool\n\ngo 1.24\n',
    'tool/main.go': 'package main\n\nfunc main() { println("one") }\n',
  };
  const options = { platforms: ['linux/amd64'] };
  const plugins = ['@millwright/cargo', '@millwright/go'].map((plugin) => ({ plugin, options }));
  const main = new Workspace(files, undefined, undefined, plugins);
  const folder = mkdtempSync(join(tmpdir(), 'millwright-worktree-'));
  const build = () =>
    execFileSync(join(repository, 'node_modules/.bin/nx'), ['run-many', '-t', 'build'], {
      cwd: folder,
      env: nxEnvironment({}),
      encoding: 'utf8',
    });
  try {
    const first = main.nx(['run-many', '-t', 'build']);
    expect(first.status, first.output).toBe(0);
    main.git('worktree', 'add', '--quiet', '--force', '--detach', folder);
    symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'));
    const restored = outcomes(build());
    expect(restored['app:build-linux-amd64:release']).toBe('cached');
    expect(restored['tool:build-linux-amd64:release']).toBe('cached');
    main.write('app/src/main.rs', 'fn main() { println!("two"); }\n');
    main.commit();
    execFileSync('git', ['checkout', '--quiet', '--detach', 'main'], { cwd: folder });
    const changed = outcomes(build());
    expect(changed['app:build-linux-amd64:release']).toBe('built');
    expect(changed['tool:build-linux-amd64:release']).toBe('cached');
    const app = join(folder, 'artifacts/linux/amd64/app');
    expect(execFileSync(app, { encoding: 'utf8' })).toBe('two\n');
  } finally {
    rmSync(folder, { recursive: true });
    main.remove();
  }
});
