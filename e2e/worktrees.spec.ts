import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { manifest, outcomes, Workspace } from './workspace.ts';

it('a git worktree restores the builds of another one, and builds only what differs', () => {
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
  const other = main.worktree();
  const build = (workspace: Workspace) => {
    const { status, output } = workspace.nx(['run-many', '-t', 'build']);
    expect(status, output).toBe(0);
    return outcomes(output);
  };
  try {
    build(main);
    const restored = build(other);
    expect(restored['app:build-linux-amd64:release']).toBe('cached');
    expect(restored['tool:build-linux-amd64:release']).toBe('cached');
    main.write('app/src/main.rs', 'fn main() { println!("two"); }\n');
    main.commit();
    other.git('checkout', '--quiet', '--detach', 'main');
    const changed = build(other);
    expect(changed['app:build-linux-amd64:release']).toBe('built');
    expect(changed['tool:build-linux-amd64:release']).toBe('cached');
    const app = other.path('artifacts/linux/amd64/app');
    expect(execFileSync(app, { encoding: 'utf8' })).toBe('two\n');
  } finally {
    other.remove();
    main.remove();
  }
});
