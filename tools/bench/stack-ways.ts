/** The ways to get a changed binary into a running service, which the stack benchmark compares. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  mkdirSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { benchEnvironment, lastLines, prepare, repository, timed } from './run.ts';

export const image = 'debian:bookworm-slim';
const builtImage = 'millwright-bench:latest';
/** The label by which its images are found for removal. */
const buildLabel = 'dev.millwright.bench=image';
/** As large as Windmill's binary: 74 MB. */
const padding = 74 * 1000 * 1000;
const deadlineSeconds = 120;

const service = (more: readonly string[]) =>
  [
    'services:',
    '  mill:',
    '    init: true',
    '    command: [/opt/mill]',
    '    healthcheck: { test: [CMD, test, -f, /tmp/healthy], interval: 500ms, timeout: 5s, retries: 60 }',
    ...more.map((line) => `    ${line}`),
    '',
  ].join('\n');

/** A way to run the service: a folder, a Compose project, and the steps after a change of the binary. */
abstract class Way {
  abstract readonly name: string;
  protected abstract readonly project: string;
  readonly seconds: number[] = [];
  protected readonly env = benchEnvironment(false);

  protected readonly scratch: string;

  constructor(scratch: string) {
    this.scratch = scratch;
  }

  protected get folder(): string {
    return join(this.scratch, this.constructor.name);
  }

  protected abstract readonly binary: string;
  abstract start(): Promise<void> | void;
  /** Applies the changed binary to the container. */
  protected abstract apply(): void;

  async round(): Promise<void> {
    const before = this.startedAt();
    this.changeBinary();
    const begun = performance.now();
    this.apply();
    while (this.startedAt() === before || this.health() !== 'healthy') {
      if (performance.now() - begun > deadlineSeconds * 1000)
        throw new Error(`${this.name} does not get healthy`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    this.seconds.push((performance.now() - begun) / 1000);
  }

  stop(): Promise<void> {
    timed(['docker', 'compose', '--project-name', this.project, 'down'], '/', this.env);
    return Promise.resolve();
  }

  protected write(path: string, text: string): void {
    mkdirSync(dirname(join(this.folder, path)), { recursive: true });
    writeFileSync(join(this.folder, path), text);
  }

  /** Places a binary with different content, as a build does. */
  protected changeBinary(): void {
    const path = this.binary;
    mkdirSync(dirname(path), { recursive: true });
    // Written elsewhere first, so that watchers never see a partial file.
    const staged = join(this.scratch, 'staged');
    copyFileSync(join(this.scratch, 'mill'), staged);
    appendFileSync(staged, randomBytes(padding));
    chmodSync(staged, 0o755);
    renameSync(staged, path);
  }

  protected compose(...args: string[]): void {
    prepare(['docker', 'compose', '--project-name', this.project, ...args], this.folder, this.env);
  }

  protected startedAt(): string {
    return this.inspect('{{.State.StartedAt}}');
  }

  private health(): string {
    return this.inspect('{{.State.Health.Status}}');
  }

  private inspect(format: string): string {
    const args = ['inspect', '--format', format, `${this.project}-mill-1`];
    return spawnSync('docker', args, { encoding: 'utf8' }).stdout.trim();
  }
}

export class Mounted extends Way {
  readonly name = 'docker compose restart, the binary mounted by hand';
  protected readonly project = 'millwright-bench-mounted';
  protected readonly binary = join(this.folder, 'mill');

  start(): void {
    this.write('compose.yaml', service([`image: ${image}`, "volumes: ['./mill:/opt/mill:ro']"]));
    this.changeBinary();
    this.compose('up', '--detach', '--wait');
  }

  protected apply(): void {
    this.compose('restart', '--no-deps', 'mill');
  }
}

export class Built extends Way {
  readonly name = 'docker build, docker compose up';
  protected readonly project = 'millwright-bench-built';
  protected readonly binary = join(this.folder, 'mill');

  start(): void {
    this.write('Dockerfile', `FROM ${image}\nCOPY mill /opt/mill\n`);
    this.write('compose.yaml', service([`image: ${builtImage}`]));
    this.changeBinary();
    this.build();
    this.compose('up', '--detach', '--wait');
  }

  protected apply(): void {
    this.build();
    this.compose('up', '--detach');
  }

  override async stop(): Promise<void> {
    await super.stop();
    timed(['docker', 'rmi', '--force', builtImage], '/', this.env);
    timed(['docker', 'image', 'prune', '--force', '--filter', `label=${buildLabel}`], '/', this.env);
  }

  private build(): void {
    prepare(
      ['docker', 'build', '--quiet', '--label', buildLabel, '--tag', builtImage, '.'],
      this.folder,
      this.env,
    );
  }
}

/** `watch` detects the changed artifact, checks it and restarts the service. The build is not measured. */
export class Watched extends Way {
  readonly name = '@millwright/compose watch';
  protected readonly project = 'millwright-bench-watched';
  protected readonly binary = join(this.folder, 'artifacts/linux/amd64/mill');
  private nx: ChildProcess | undefined;

  async start(): Promise<void> {
    const plugins = ['@millwright/compose'];
    this.write('nx.json', JSON.stringify({ analytics: false, plugins }));
    this.write('package.json', '{"name":"bench","private":true}');
    symlinkSync(join(repository, 'node_modules'), join(this.folder, 'node_modules'));
    const targets = { build: { executor: 'nx:noop' } };
    this.write('mill/project.json', JSON.stringify({ name: 'mill', targets }));
    const mount = '{ project: mill, services: [mill], path: /opt/mill, target: build }';
    this.write('stack/compose.yaml', `x-millwright: { mounts: [${mount}] }\n${service([`image: ${image}`])}`);
    this.changeBinary();
    const args = ['run', 'stack:watch', `--projectName=${this.project}`, '--platform=linux/amd64'];
    this.nx = spawn(join(repository, 'node_modules/.bin/nx'), args, {
      cwd: this.folder,
      env: this.env,
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    });
    let output = '';
    this.nx.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
    while (!output.includes('folders of the mounted binaries')) {
      if (this.nx.exitCode !== null) throw new Error(`nx run stack:watch failed: ${lastLines(output)}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  protected apply(): void {
    // Triggered by the change itself.
  }

  override async stop(): Promise<void> {
    const { nx } = this;
    if (nx?.pid === undefined || nx.exitCode !== null) return;
    const ended = new Promise((resolve) => nx.once('exit', resolve));
    process.kill(-nx.pid, 'SIGINT');
    await ended;
  }
}
