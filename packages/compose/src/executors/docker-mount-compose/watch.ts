import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { formatError } from '@millwright/toolkit';
import { watch as watchFiles } from 'chokidar';
import { buildMounts } from './build.js';
import { type Binding, checkBindings } from './check.js';
import { follow } from './follow.js';
import { LogFollower } from './logs.js';
import { projectsOf } from './mounts.js';
import { open, type Session } from './session.js';
import { type RunningStack, startStack } from './start.js';
import { announce } from './up.js';
import { Stopped, waitUntilReady } from './wait.js';

/** Changes that come within this time are one. */
const quietMilliseconds = 100;
const ignored = new Set(['node_modules', 'target', 'dist', '.git', '.nx', 'artifacts']);

/**
 * Keeps the stack running. After a change to a source of what it mounts it builds; after one to what it mounts, by that
 * build or by somebody else's, it checks that and restarts the services concerned.
 */
export async function watch(session: Session, context: ExecutorContext): Promise<boolean> {
  const running = await startStack(await open(session), context);
  const restarting = new Set<string>();
  const logs = new LogFollower(running);
  const rebuilder = new Rebuilder(running, context, logs, restarting);
  const folders = watchedFolders(running, context);
  const sources = watchFiles(folders, {
    ignoreInitial: true,
    ignored: (path) =>
      relative(context.root, path)
        .split(sep)
        .some((segment) => ignored.has(segment)),
  }).on('all', () => {
    rebuilder.changed('source');
  });
  const { bindings } = running.session;
  const mounted = new Set(bindings.map(({ source }) => source));
  const plain = new Set(
    bindings.filter(({ builtBy }) => builtBy === undefined).map(({ source }) => dirname(source)),
  );
  const artifacts = watchFiles([...new Set([...mounted].map((source) => dirname(source)))], {
    ignoreInitial: true,
    depth: 0,
  }).on('all', (_, path) => {
    if (mounted.has(path)) rebuilder.changed('artifact');
  });
  try {
    // What has nothing to watch never says that it is ready.
    const busy = [...(folders.length > 0 ? [sources] : []), ...(mounted.size > 0 ? [artifacts] : [])];
    await Promise.all(busy.map((one) => new Promise<void>((resolve) => one.once('ready', resolve))));
    await announce(running);
    session.say(`watching ${folders.length + plain.size} folders of what is mounted\n`);
    await follow(running, logs, { restarting, goesOn: true });
    return true;
  } finally {
    await Promise.all([sources.close(), artifacts.close()]);
    await running.takeDown();
  }
}

/** The folders of the projects that build what is mounted, and of all that they depend on. */
function watchedFolders({ session }: RunningStack, { root, projectGraph }: ExecutorContext): string[] {
  const reached = new Set(projectsOf(session.options.mounts));
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

/** Answers one change after the other; those that come meanwhile are answered together afterwards. */
class Rebuilder {
  private timer: NodeJS.Timeout | undefined;
  private busy = false;
  private toBuild = false;
  private changes = 0;
  /** What the services run. */
  private readonly stamps: Map<Binding, Stamp>;

  constructor(
    private readonly running: RunningStack,
    private readonly context: ExecutorContext,
    private readonly logs: LogFollower,
    private readonly restarting: Set<string>,
  ) {
    this.stamps = new Map(running.session.bindings.map((binding) => [binding, stampOf(binding, undefined)]));
  }

  changed(what: 'source' | 'artifact'): void {
    this.changes += 1;
    this.toBuild ||= what === 'source';
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.next(), quietMilliseconds);
  }

  private async next(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    let seen: number;
    do {
      seen = this.changes;
      try {
        await this.answer();
      } catch (error) {
        // What fails is mended by the next change; the stack goes on with what it has.
        if (!(error instanceof Stopped)) console.error(formatError(error));
      }
    } while (seen !== this.changes && !this.running.signal.aborted);
    this.busy = false;
  }

  private async answer(): Promise<void> {
    const { session, signal } = this.running;
    const begun = performance.now();
    let done = 'changed';
    if (this.toBuild) {
      this.toBuild = false;
      const exitCode = await buildMounts(session, this.context, signal);
      if (signal.aborted) throw new Stopped();
      const seconds = ((performance.now() - begun) / 1000).toFixed(1);
      if (exitCode !== 0) {
        session.say(`the build failed after ${seconds} s; the stack keeps what it has`);
        return;
      }
      done = `built in ${seconds} s`;
    }
    const changed = this.takeChanged();
    if (changed.length === 0) {
      if (done !== 'changed') session.say(`${done}; nothing that is mounted changed`);
      return;
    }
    const { engine, facts, wholeModel: model, workspaceRoot, alternatives } = session;
    const subject = { engine, facts, workspaceRoot, model, bindings: changed, alternatives };
    const { refusals } = await checkBindings(subject);
    if (refusals[0]) throw refusals[0];
    const active = Object.keys(session.model.services ?? {});
    const services = [...new Set(changed.map(({ service }) => service))].filter((name) =>
      active.includes(name),
    );
    await this.restart(services, done, begun);
  }

  /** What is mounted and has other bytes than when this was last asked. */
  private takeChanged(): Binding[] {
    return [...this.stamps].flatMap(([binding, before]) => {
      const stamp = stampOf(binding, before);
      this.stamps.set(binding, stamp);
      return stamp.digest === before.digest ? [] : [binding];
    });
  }

  /** A restarted container mounts anew, and so gets the file that stands at the path now. */
  private async restart(services: readonly string[], done: string, begun: number): Promise<void> {
    const { session, compose, signal } = this.running;
    const { say, engine, options } = session;
    for (const service of services) this.restarting.add(service);
    try {
      say(`${done}; restarting ${services.join(', ')}`);
      await this.logs.pause();
      const { exitCode, stderr } = await compose.run(['restart', '--no-deps', ...services]);
      if (signal.aborted) throw new Stopped();
      this.logs.resume();
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

interface Stamp {
  /** Of the file's identity; where it is the same, so are the bytes. */
  readonly state: string;
  readonly digest: string;
}

/** A file that is not there has a stamp too. */
function stampOf({ source }: Binding, before: Stamp | undefined): Stamp {
  const found = statSync(source, { throwIfNoEntry: false });
  const state = found?.isFile() ? `${found.ino} ${found.size} ${found.mtimeMs}` : '';
  if (state === before?.state) return before;
  return {
    state,
    digest: state === '' ? '' : createHash('sha256').update(readFileSync(source)).digest('hex'),
  };
}
