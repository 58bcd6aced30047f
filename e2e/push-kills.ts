import { type ChildProcess, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { staticElf } from '../packages/oci/src/elf.spec.helper.ts';
import { ContainerRegistry } from './container-registry.ts';
import { repository } from './workspace.ts';

const runExecutor = `
const [name, options, context] = process.argv.slice(1);
const { default: run } = await import(name);
const { success } = await run(JSON.parse(options), JSON.parse(context));
process.exit(success ? 0 : 1);
`;

interface Started {
  readonly process: ChildProcess;
  /** Resolves when the process has printed, or ended. */
  readonly firstLine: Promise<unknown>;
  /** The output, once the process has ended. */
  readonly end: Promise<string>;
}

/** Kills `oci-push` at moments of a push to Debian's docker-registry, and pushes again. */
export class PushKiller {
  readonly #root = mkdtempSync(join(tmpdir(), 'millwright-push-'));
  readonly #registry: Promise<ContainerRegistry> = ContainerRegistry.start();
  /**
   * The time from the first line of a push that nothing interrupts to its end, in milliseconds, and the digests of the
   * image's blobs.
   */
  #facts: Promise<{ readonly duration: number; readonly blobs: readonly string[] }> | undefined;

  /**
   * @param moments when to kill the pushes, each as a part of the time that a push takes after its first line
   * @returns what happened
   * @throws Error if a tag named an incomplete image, or a blob was sent again
   */
  async run(name: string, moments: readonly number[]): Promise<string> {
    this.#facts ??= this.#prepare();
    const { duration, blobs } = await this.#facts;
    let kills = 0;
    for (const moment of moments) {
      const push = await this.#start('oci-push', name);
      // Before its first line, a push loads its code.
      await push.firstLine;
      await Promise.race([once(push.process, 'exit'), setTimeout(moment * duration)]);
      if (push.process.exitCode === null) kills += 1;
      push.process.kill('SIGKILL');
      await push.end;
      const present = await this.#present(name, blobs);
      if (present.length < blobs.length && (await this.#head(name, 'manifests/latest')))
        throw new Error(`the tag names an image of which ${blobs.length - present.length} blobs are missing`);
    }
    const before = await this.#present(name, blobs);
    const output = await this.#whole('oci-push', name);
    const again = before.filter(
      (digest) => output.includes(`${digest} `) && lineOf(output, digest).endsWith('uploaded'),
    );
    if (again.length > 0) throw new Error(`blobs were sent again: ${again.join(', ')}`);
    await this.#whole('oci-verify', name);
    return `${kills} kills, ${before.length} of ${blobs.length} blobs arrived before the last push`;
  }

  async close(): Promise<void> {
    (await this.#registry)[Symbol.dispose]();
    rmSync(this.#root, { recursive: true, force: true });
  }

  async #prepare() {
    for (const [architecture, machine] of [
      ['amd64', 62],
      ['arm64', 183],
    ] as const) {
      mkdirSync(join(this.#root, 'artifacts/linux', architecture), { recursive: true });
      const path = join(this.#root, 'artifacts/linux', architecture, 'app');
      // It cannot be compressed.
      writeFileSync(path, Buffer.concat([staticElf(machine), randomBytes(12 << 20)]));
    }
    await this.#whole('oci-image', 'app');
    const push = await this.#start('oci-push', 'app');
    await push.firstLine;
    const started = performance.now();
    await ended(push, 'oci-push');
    return { duration: performance.now() - started, blobs: this.#blobsOf() };
  }

  /** Returns the digests of the configurations and layers of the image. */
  #blobsOf(): string[] {
    const read = (digest: string) => {
      const path = join(this.#root, 'image/blobs/sha256', digest.replace('sha256:', ''));
      const bytes = readFileSync(path);
      const found = createHash('sha256').update(bytes).digest('hex');
      if (digest !== `sha256:${found}`) throw new Error(`${path} has another digest`);
      return JSON.parse(bytes.toString()) as Record<'manifests' | 'layers', { digest: string }[]> & {
        config: { digest: string };
      };
    };
    const layout = JSON.parse(readFileSync(join(this.#root, 'image/index.json'), 'utf8')) as {
      manifests: [{ digest: string }];
    };
    const { manifests } = read(layout.manifests[0].digest);
    const blobs = manifests.flatMap(({ digest }) => {
      const { config, layers } = read(digest);
      return [config.digest, ...layers.map((layer) => layer.digest)];
    });
    return [...new Set(blobs)];
  }

  async #present(name: string, blobs: readonly string[]): Promise<string[]> {
    const found = await Promise.all(blobs.map((digest) => this.#head(name, `blobs/${digest}`)));
    return blobs.filter((_, at) => found[at]);
  }

  async #head(name: string, path: string): Promise<boolean> {
    const { host } = await this.#registry;
    const accept = 'application/vnd.oci.image.index.v1+json';
    const { status } = await fetch(`http://${host}/v2/${name}/${path}`, {
      method: 'HEAD',
      headers: { accept },
    });
    return status === 200;
  }

  async #start(executor: string, name: string): Promise<Started> {
    const { host } = await this.#registry;
    const options = { name: `${host}/${name}`, binaries: ['app'], user: 'app', outputPath: 'image' };
    const context = { root: this.#root, projectName: 'app', projectsConfigurations: { projects: {} } };
    const path = join(repository, `packages/oci/dist/executors/${executor}/executor.js`);
    const args = [
      '--input-type=module',
      '-e',
      runExecutor,
      path,
      JSON.stringify(options),
      JSON.stringify(context),
    ];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString();
      });
    const end = once(child, 'close').then(() => output);
    return { process: child, firstLine: Promise.race([once(child.stdout, 'data'), end]), end };
  }

  async #whole(executor: string, name: string): Promise<string> {
    return ended(await this.#start(executor, name), executor);
  }
}

/** Returns the output of an executor that succeeds. */
async function ended({ process, end }: Started, executor: string): Promise<string> {
  const output = await end;
  if (process.exitCode !== 0) throw new Error(`${executor} failed: ${output}`);
  return output;
}

function lineOf(output: string, digest: string): string {
  return output.split('\n').find((line) => line.startsWith(digest)) ?? '';
}
