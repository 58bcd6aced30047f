import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { patience, until } from './until.ts';
import { manifest, nxEnvironment, repository, Workspace } from './workspace.ts';

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

const started = (workspace: Workspace) => workspace.start(['run', 'slow:build']);
const signalled = (signal: NodeJS.Signals) => (nx: ChildProcess) => process.kill(-(nx.pid ?? 0), signal);

/** Starts Nx with its terminal UI, in a terminal of 100 columns that takes what is written to standard input. */
const startedInTerminal = ({ folder }: Workspace) =>
  spawn(
    'script',
    [
      '--quiet',
      '--command',
      `stty cols 100 rows 30; ${repository}/node_modules/.bin/nx run slow:build`,
      '/dev/null',
    ],
    {
      ...{ cwd: folder, detached: true, stdio: ['pipe', 'ignore', 'ignore'] },
      env: nxEnvironment({ NX_TUI: 'true', TERM: 'xterm', CI: undefined }),
    },
  );

it.each<[how: string, start: (workspace: Workspace) => ChildProcess, stop: (nx: ChildProcess) => void]>([
  ['SIGINT', started, signalled('SIGINT')],
  ['SIGTERM', started, signalled('SIGTERM')],
  ["Ctrl-C in Nx's terminal UI", startedInTerminal, ({ stdin }) => stdin?.write('\x03')],
])('%s during a build leaves no cargo, rustc or build script behind', async (_, start, stop) => {
  const workspace = new Workspace({
    'Cargo.toml': manifest('slow', 'build = "build.rs"\n[workspace]\n'),
    // It would not end by itself before the timeout.
    'build.rs': `fn main() { std::thread::sleep(std::time::Duration::from_secs(${10 * patience})); }\n`,
    'src/main.rs': 'fn main() {}\n',
  });
  try {
    const nx = start(workspace);
    const ended = new Promise((resolve) => nx.once('exit', resolve));
    const isSleeping = () =>
      processesOf(workspace.folder).some((line) => line.includes('build-script-build'));
    expect(await until(isSleeping)).toBe(true);
    stop(nx);
    await ended;
    await until(() => processesOf(workspace.folder).length === 0);
    expect(processesOf(workspace.folder)).toEqual([]);
    expect(workspace.exists('artifacts/linux/amd64/slow')).toBe(false);
  } finally {
    workspace.remove();
  }
});
