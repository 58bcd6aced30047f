import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { formatError, hostPlatform, platformSlug } from '@millwright/toolkit';
import { watch as watchFiles } from 'chokidar';
import { type Binding, checkBindings } from './check.js';
import { follow } from './follow.js';
import { runNx } from './nx.js';
import { open, type Session } from './session.js';
import { type RunningStack, startStack } from './start.js';
import { announce } from './up.js';
import { Stopped, waitUntilReady } from './wait.js';

/** Changes that come within this time are one. */
const quietMilliseconds = 100;
const ignored = new Set(['node_modules', 'target', 'dist', '.git', '.nx', 'artifacts']);

/** Keeps the stack running, and after each change to what it mounts builds, checks and restarts what that concerns. */
export async function watch(session: Session, context: ExecutorContext): Promise<boolean> {
  const running = await startStack(await open(session));
  const restarting = new Set<string>();
  const folders = watchedFolders(running, context);
  const watcher = watchFiles(folders, {
    ignoreInitial: true,
    ignored: (path) => path.split(/[\\/]/).some((segment) => ignored.has(segment)) && !folders.includes(path),
  });
  try {
    const rebuilder = new Rebuilder(running, context, restarting);
    watcher.on('all', () => {
      rebuilder.changed();
    });
    await new Promise<void>((resolve) => watcher.once('ready', resolve));
    await announce(running);
    session.say(`watching ${folders.length} folders of what is mounted\n`);
    await follow(running, { restarting });
    return true;
  } finally {
    await watcher.close();
    await running.takeDown();
  }
}

/** The folders of the projects that build what is mounted, and of all that they depend on. */
function watchedFolders({ session }: RunningStack, { root, projectGraph }: ExecutorContext): string[] {
  const reached = new Set(session.options.mounts.map(({ project }) => project));
  for (const project of reached) {
    for (const { target } of projectGraph.dependencies[project] ?? []) {
      if (projectGraph.nodes[target]) reached.add(target);
    }
  }
  return [...reached].flatMap((project) => {
    const folder = projectGraph.nodes[project]?.data.root;
    return folder === undefined ? [] : [join(root, folder)];
  });
}

/** Builds one change after the other; those that come while a build runs make one more. */
class Rebuilder {
  private timer: NodeJS.Timeout | undefined;
  private busy = false;
  private changes = 0;

  constructor(
    private readonly running: RunningStack,
    private readonly context: ExecutorContext,
    private readonly restarting: Set<string>,
  ) {}

  changed(): void {
    this.changes += 1;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.next(), quietMilliseconds);
  }

  private async next(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    try {
      let seen: number;
      do {
        seen = this.changes;
        await this.rebuild();
      } while (seen !== this.changes && !this.running.signal.aborted);
    } catch (error) {
      // What fails is mended by the next change; the stack goes on with what it has.
      if (!(error instanceof Stopped)) console.error(formatError(error));
    } finally {
      this.busy = false;
    }
  }

  private async rebuild(): Promise<void> {
    const { session, signal } = this.running;
    const { say, bindings, workspaceRoot } = session;
    const begun = performance.now();
    const before = new Map(bindings.map((binding) => [binding, stampOf(binding)]));
    const exitCode = await build(session, this.context, signal);
    if (signal.aborted) throw new Stopped();
    const seconds = ((performance.now() - begun) / 1000).toFixed(1);
    if (exitCode !== 0) {
      say(`the build failed after ${seconds} s; the stack keeps what it has`);
      return;
    }
    const changed = bindings.filter((binding) => stampOf(binding) !== before.get(binding));
    if (changed.length === 0) {
      say(`built in ${seconds} s; nothing that is mounted changed`);
      return;
    }
    const { engine, facts, wholeModel: model } = session;
    const { refusals } = await checkBindings({ engine, facts, workspaceRoot, model, bindings: changed });
    if (refusals.length > 0) throw refusals[0] ?? new Error('a refusal was counted');
    const active = Object.keys(session.model.services ?? {});
    const services = [...new Set(changed.map(({ service }) => service))].filter((name) =>
      active.includes(name),
    );
    await this.restart(services, seconds, begun);
  }

  /** A restarted container mounts anew, and so gets the file that stands at the path now. */
  private async restart(services: readonly string[], buildSeconds: string, begun: number): Promise<void> {
    const { session, compose, signal } = this.running;
    const { say, engine, options } = session;
    for (const service of services) this.restarting.add(service);
    try {
      say(`built in ${buildSeconds} s; restarting ${services.join(', ')}`);
      const { exitCode, stderr } = await compose.run(['restart', '--no-deps', ...services]);
      if (signal.aborted) throw new Stopped();
      if (exitCode !== 0) throw await engine.failure(`${services.join(', ')} cannot be restarted`, stderr);
      await waitUntilReady(session, {
        services,
        deadline: performance.now() + options.timeout * 1000,
        signal,
      });
      say(
        `${services.join(', ')} ready ${((performance.now() - begun) / 1000).toFixed(1)} s after the change`,
      );
    } finally {
      for (const service of services) this.restarting.delete(service);
    }
  }
}

/** An artifact's checksum lies beside it; a library of elsewhere has none and is compared as a whole. */
function stampOf({ source }: Binding): string {
  for (const path of [`${source}.sha256`, source]) {
    try {
      return readFileSync(path, 'latin1');
    } catch {
      // The next one.
    }
  }
  return '';
}

async function build(
  { options, say }: RunningStack['session'],
  context: ExecutorContext,
  signal: AbortSignal,
): Promise<number | undefined> {
  const platform = options.platform ?? `linux/${hostPlatform().goarch}`;
  const byTarget = Map.groupBy(options.mounts, ({ target }) => target ?? `build-${platformSlug(platform)}`);
  for (const [target, mounts] of byTarget) {
    const projects = [...new Set(mounts.map(({ project }) => project))];
    const args = [
      'run-many',
      '--target',
      target,
      '--projects',
      projects.join(','),
      '--output-style',
      'stream',
    ];
    const configured =
      options.configuration === 'release' ? args : [...args, '--configuration', options.configuration];
    const lines: string[] = [];
    const exitCode = await runNx(configured, context.root, { onLine: (line) => lines.push(line), signal });
    if (exitCode === 0) continue;
    for (const line of lines) say(line);
    return exitCode;
  }
  return 0;
}
