/** A separate folder for a contender, with git and a lock file, like a repository. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { benchEnvironment, prepare } from './run.ts';

export class Scratch {
  readonly folder = mkdtempSync(join(tmpdir(), 'millwright-bench-'));

  /** @param modules the node_modules folder from which the contender uses packages */
  constructor(files: Readonly<Record<string, string>>, modules: string | undefined) {
    for (const [path, text] of Object.entries(files)) this.write(path, text);
    if (modules !== undefined) symlinkSync(modules, join(this.folder, 'node_modules'));
    const env = benchEnvironment(false);
    prepare(['cargo', 'generate-lockfile', '--offline'], this.folder, env);
    prepare(['git', 'init', '--quiet', '--initial-branch=main'], this.folder, env);
    prepare(['git', 'add', '--all'], this.folder, env);
    const identity = ['-c', 'user.name=Bench', '-c', 'user.email=bench@example.org'];
    prepare(['git', ...identity, 'commit', '--quiet', '--message', 'A state'], this.folder, env);
  }

  path(path: string): string {
    return join(this.folder, path);
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(this.path(path)), { recursive: true });
    writeFileSync(this.path(path), text);
  }

  delete(paths: readonly string[]): void {
    for (const path of paths) rmSync(this.path(path), { recursive: true, force: true });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
