import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { patience, until } from './until.ts';
import { manifest, Workspace } from './workspace.ts';

/** The command lines of all processes that name a folder or run in a process that was started for it. */
function processesOf(folder: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && name !== String(process.pid))
    .flatMap((pid) => {
      try {
        const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
        return line.includes(folder) ? [line] : [];
      } catch {
        return [];
      }
    });
}

it.each(['SIGINT', 'SIGTERM'] as const)(
  '%s during a build leaves no cargo, rustc or build script behind',
  async (signal) => {
    const workspace = new Workspace({
      'Cargo.toml': manifest('slow', 'build = "build.rs"\n[workspace]\n'),
      // It would not end by itself before the timeout.
      'build.rs': `fn main() { std::thread::sleep(std::time::Duration::from_secs(${10 * patience})); }\n`,
      'src/main.rs': 'fn main() {}\n',
    });
    try {
      const nx = workspace.start(['run', 'slow:build']);
      const ended = new Promise((resolve) => nx.once('exit', resolve));
      const isSleeping = () =>
        processesOf(workspace.folder).some((line) => line.includes('build-script-build'));
      expect(await until(isSleeping)).toBe(true);
      process.kill(-(nx.pid ?? 0), signal);
      await ended;
      await until(() => processesOf(workspace.folder).length === 0);
      expect(processesOf(workspace.folder)).toEqual([]);
      expect(workspace.exists('artifacts/linux/amd64/slow')).toBe(false);
    } finally {
      workspace.remove();
    }
  },
);
