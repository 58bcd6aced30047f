import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { until } from '../until.ts';
import { nxEnvironment, repository, Workspace } from '../workspace.ts';
import { projectNameIn, runImage } from './engine.ts';

/** A C program whose first argument selects its behaviour. Each version first prints its number. */
const program = (version: string) => `
#include <stdio.h>
#include <string.h>
#include <unistd.h>
int main(int count, char **arguments) {
  const char *mode = count > 1 ? arguments[1] : "serve";
  printf("mill ${version} begins to %s\\n", mode);
  fflush(stdout);
  if (!strcmp(mode, "end")) return 0;
  if (strcmp(mode, "idle")) fclose(fopen("/tmp/healthy", "w"));
  if (!strcmp(mode, "crash")) { sleep(4); fprintf(stderr, "the wheel broke\\n"); return 3; }
  for (;;) pause();
}
`;

const binaries = mkdtempSync(join(tmpdir(), 'millwright-mill-'));

/** Compiles a program once. Further calls with the same arguments return the same file. */
export function compile(source: string, compiler = 'cc', ...args: string[]): string {
  const key = createHash('sha256')
    .update(JSON.stringify([source, compiler, args]))
    .digest('hex')
    .slice(0, 12);
  const path = join(binaries, key);
  try {
    realpathSync(path);
  } catch {
    writeFileSync(`${path}.c`, source);
    execFileSync(compiler, ['-o', path, `${path}.c`, ...args], { stdio: 'pipe' });
  }
  return path;
}

export const mill = (version = 'one', compiler = 'cc', ...args: string[]) =>
  compile(program(version), compiler, ...args);

/**
 * Returns a program linked against a libc.so.6 newer than any image has: `mill_of_tomorrow` is in its
 * newest version.
 */
export function tooNew(): string {
  const folder = mkdtempSync(join(tmpdir(), 'millwright-glibc-'));
  writeFileSync(join(folder, 'map'), 'GLIBC_2.99 { mill_of_tomorrow; };');
  writeFileSync(join(folder, 'libc.c'), 'int mill_of_tomorrow(void) { return 0; }');
  const stub = join(folder, 'libc.so.6');
  execFileSync('cc', [
    ...['-shared', '-nostdlib', '-Wl,-soname,libc.so.6', `-Wl,--version-script=${folder}/map`],
    ...['-o', stub, join(folder, 'libc.c')],
  ]);
  const source = 'int mill_of_tomorrow(void); void _start(void) { mill_of_tomorrow(); }';
  return compile(source, 'cc', '-nostartfiles', '-nodefaultlibs', stub);
}

const healthCheck = '{ test: [CMD, test, -f, /tmp/healthy], interval: 1s, timeout: 2s, retries: 3 }';

/** Returns the lines of a service that runs the mill. */
export function service(mode = 'serve', more: readonly string[] = []): string {
  const lines = [`image: ${runImage}`, 'init: true', `command: [/opt/mill, ${mode}]`, ...more];
  return lines.map((line) => `    ${line}\n`).join('');
}

export const checked = `healthcheck: ${healthCheck}`;

const extension = (services: readonly string[]) =>
  `x-millwright:\n  mounts: [{ project: mill, services: [${services.join(', ')}], path: /opt/mill }]\n`;

/** A workspace with a project `mill`, whose artifact the test places, and a stack that mounts it. */
export class MillWorkspace extends Workspace {
  constructor(
    services: Readonly<Record<string, string>>,
    { mounted = Object.keys(services), rest = '' }: { mounted?: string[]; rest?: string } = {},
    plugins: readonly unknown[] = ['@millwright/compose'],
  ) {
    const list = Object.entries(services).map(([name, text]) => `  ${name}:\n${text}`);
    super(
      {
        'mill/project.json': JSON.stringify({
          name: 'mill',
          targets: { 'build-linux-amd64': { executor: 'nx:noop' } },
        }),
        'stack/compose.yaml': `${extension(mounted)}services:\n${list.join('')}${rest}`,
      },
      undefined,
      undefined,
      plugins,
    );
  }

  /** Compose's project name of the stack. */
  get projectName(): string {
    return projectNameIn(this.folder, 'stack');
  }

  get artifact(): string {
    return this.path('artifacts/linux/amd64/mill');
  }

  /** Places a binary as the artifact, as a build does: atomically, as a new file. */
  place(binary: string, mode = 0o755, at = 'artifacts/linux/amd64/mill'): void {
    const path = this.path(at);
    mkdirSync(dirname(path), { recursive: true });
    copyFileSync(binary, `${path}.new`);
    chmodSync(`${path}.new`, mode);
    renameSync(`${path}.new`, path);
  }

  /** Starts a target that runs until it is interrupted. */
  run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Running {
    return new Running(this.folder, args, env);
  }
}

/** A running Nx, as in a terminal: in its own process group, which gets the signals. */
export class Running {
  output = '';
  status: number | null | undefined;
  private readonly child: ChildProcess;

  /** @param terminal a program to run instead of Nx, which opens a terminal and takes what is typed */
  constructor(
    folder: string,
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
    terminal?: string,
  ) {
    this.child = spawn(terminal ?? join(repository, 'node_modules/.bin/nx'), args, {
      cwd: folder,
      env: nxEnvironment(env),
      stdio: [terminal === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      detached: true,
    });
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    this.child.once('exit', (status) => (this.status = status));
  }

  /** The process ID of Nx. */
  get pid(): number {
    return this.child.pid ?? 0;
  }

  /**
   * Waits for a text in the output. Throws with the output if Nx ends or the time limit is reached first.
   * @param from how much of the output is skipped
   */
  async says(text: string, from = 0): Promise<void> {
    const isSaid = () => {
      const at = this.output.indexOf(text, from);
      return at >= 0 && this.output.includes('\n', at + text.length);
    };
    await until(() => isSaid() || this.status !== undefined);
    if (!isSaid()) throw new Error(`"${text}" did not come, but: ${this.output}`);
  }

  /** Waits until a stack is up and its addresses have been printed. */
  async isUp(stack = 'stack'): Promise<void> {
    await this.says(`${stack} is ready`);
    await this.says('Ctrl-C takes it down');
  }

  /** Types into the standard input. */
  type(keys: string): void {
    this.child.stdin?.write(keys);
  }

  signal(signal: NodeJS.Signals): void {
    if (this.status === undefined) process.kill(-(this.child.pid ?? 0), signal);
  }

  async ended(): Promise<void> {
    if (!(await until(() => this.status !== undefined))) throw new Error(`it does not end: ${this.output}`);
  }

  /** Presses Ctrl-C, and waits for the end. */
  async interrupt(): Promise<void> {
    this.signal('SIGINT');
    await this.ended();
  }
}
