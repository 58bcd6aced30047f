import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { docker } from '../../e2e/compose/engine.ts';
import { until } from '../../e2e/until.ts';
import { nxEnvironment, repository } from '../../e2e/workspace.ts';
import { checkouts, git } from './checkout.ts';
import type { UpstreamCase } from './cases.ts';

const image = 'chronik/server';
const layout = 'artifacts/images/chronik-server';
const binary = 'linux/amd64/chronik-server';
const base = 'debian:bookworm-slim';
const kafkaPort = '9092';

/** The settings of the image, after the Dockerfile of Chronik that copies prebuilt binaries. */
const settings = {
  name: image,
  base: 'oci:base:latest',
  platforms: ['linux/amd64'],
  binaries: ['artifacts/{platform}/chronik-server'],
  files: [{ source: 'ca-certificates.crt', path: '/etc/ssl/certs/ca-certificates.crt' }],
  user: { name: 'chronik', uid: 1001 },
  volumes: ['/data'],
  ports: [kafkaPort, '6092', '13092'],
  command: ['start', '--bind', '0.0.0.0', '--data-dir', '/data'],
};

/** What upstream's guide promises for an image from prebuilt binaries. */
const promise = { seconds: 30, megabytes: 500 };

interface Measured {
  /** From start to end. */
  readonly seconds: number;
  /** Of all processes. */
  readonly processor: number;
  /** The peak of the largest process. */
  readonly megabytes: number;
}

/** Builds an image of Chronik's server from a prebuilt binary, in clones of its repository. */
export class ChronikImage {
  readonly #root = mkdtempSync(join(tmpdir(), 'millwright-chronik-'));

  readonly cases: readonly UpstreamCase[] = [
    { name: 'built for the first time', run: () => this.#built() },
    { name: 'built again, the layers unchanged', run: () => this.#again() },
    { name: 'built in a second clone', run: () => this.#inSecondClone() },
    { name: 'loaded into Docker, and run', run: () => this.#answers() },
  ];

  close(): void {
    rmSync(this.#root, { recursive: true, force: true });
  }

  #built(): string {
    const clone = this.#clone('first');
    const { seconds, processor, megabytes } = this.#nx(clone, 'oci-image');
    if (processor > promise.seconds || megabytes > promise.megabytes)
      throw new Error(`${processor.toFixed(1)} s and ${megabytes} MB are more than upstream promises`);
    const load = Math.round(loadavg()[0] ?? 0);
    const { own, total } = compressedSizes(clone);
    return [
      `${processor.toFixed(1)} s of processor time, in ${seconds.toFixed(1)} s at a load average of ${load}`,
      `${megabytes} MB of memory in the largest process`,
      `upstream promises ${promise.seconds} s and less than ${promise.megabytes} MB`,
      `the binary has ${mebibytes(statSync(join(clone, 'artifacts', binary)).size)}`,
      `the image has ${mebibytes(total)} compressed, ${mebibytes(own)} of them without the base`,
    ].join('; ');
  }

  #again(): string {
    const clone = this.#builtClone('first');
    const before = readFileSync(join(clone, layout, 'index.json'), 'utf8');
    const { seconds, processor } = this.#nx(clone, 'oci-image', '--skip-nx-cache');
    if (readFileSync(join(clone, layout, 'index.json'), 'utf8') !== before) throw new Error('other digests');
    return `${processor.toFixed(1)} s of processor time, in ${seconds.toFixed(1)} s, without Nx's cache; the same digest`;
  }

  #inSecondClone(): string {
    const index = (name: string) => readFileSync(join(this.#builtClone(name), layout, 'index.json'), 'utf8');
    if (index('second') !== index('first')) throw new Error('other digests');
    return 'the same digest';
  }

  async #answers(): Promise<string> {
    const clone = this.#builtClone('first');
    const { seconds, processor } = this.#nx(clone, 'oci-load');
    const size = Number(docker('image', 'inspect', '--format', '{{.Size}}', image));
    const id = docker('run', '--detach', '--rm', '--publish', `127.0.0.1::${kafkaPort}`, image);
    try {
      const port = Number(docker('port', id, kafkaPort).split(':').at(-1));
      let apis = 0;
      if (!(await until(async () => (apis = await kafkaApis(port)) > 0))) {
        throw new Error(`no answer: ${docker('logs', '--tail', '5', id)}`);
      }
      const user = docker('exec', id, 'id', '-u');
      return (
        `loaded with ${processor.toFixed(1)} s of processor time without that of Docker, in ${seconds.toFixed(1)} s; ${mebibytes(size)} unpacked; ` +
        `Kafka's request ApiVersions is answered with ${apis} APIs, by the user ${user}`
      );
    } finally {
      docker('kill', id);
      docker('image', 'rm', '--force', image);
    }
  }

  /** Returns a clone whose image has been built. */
  #builtClone(name: string): string {
    const clone = this.#clone(name);
    if (!existsSync(join(clone, layout))) this.#nx(clone, 'oci-image');
    return clone;
  }

  /** Clones Chronik, unless a case before has, and adds the plugin, the base and the binary. */
  #clone(name: string): string {
    const folder = join(this.#root, name);
    if (existsSync(folder)) return folder;
    git(this.#root, 'clone', '--quiet', join(checkouts(), 'chronik-2.10.4'), folder);
    const plugins = [{ plugin: '@millwright/oci', options: { images: { '.': settings } } }];
    writeFileSync(join(folder, 'nx.json'), JSON.stringify({ analytics: false, plugins }));
    writeFileSync(join(folder, 'package.json'), '{"name":"chronik","private":true}');
    symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'));
    mkdirSync(join(folder, 'artifacts/linux/amd64'), { recursive: true });
    cpSync(join(checkouts(), 'prebuilt', binary), join(folder, 'artifacts', binary));
    cpSync('/etc/ssl/certs/ca-certificates.crt', join(folder, 'ca-certificates.crt'));
    this.#run('skopeo', ['copy', '--quiet', `docker-daemon:${base}`, 'oci:base:latest'], folder);
    this.#nx(folder, 'oci-base-update');
    return folder;
  }

  /** Runs a target of the image, and measures it with GNU time. */
  #nx(folder: string, target: string, ...flags: readonly string[]): Measured {
    const measured = join(this.#root, 'measured');
    const nx = [join(repository, 'node_modules/.bin/nx'), 'run', `chronik:${target}`, ...flags];
    this.#run('/usr/bin/time', ['--format=%e %U %S %M', `--output=${measured}`, ...nx], folder);
    const numbers = readFileSync(measured, 'utf8').trim().split(' ').map(Number);
    const [seconds = 0, user = 0, system = 0, kibibytes = 0] = numbers;
    return { seconds, processor: user + system, megabytes: Math.round((kibibytes * 1024) / 1e6) };
  }

  #run(command: string, args: readonly string[], cwd: string): void {
    const env = nxEnvironment({ NX_CACHE_DIRECTORY: join(cwd, '.nx/own-cache') });
    const { status, stdout, stderr } = spawnSync(command, args, { cwd, env, encoding: 'utf8' });
    if (status !== 0) throw new Error(`${command}: ${`${stdout}${stderr}`.trim().slice(-800)}`);
  }
}

/** Returns the compressed sizes of the layers: those in the folder of the image, and all. */
function compressedSizes(clone: string): { own: number; total: number } {
  const blob = (digest: string) => join(clone, layout, 'blobs', digest.replace(':', '/'));
  const read = (path: string) => JSON.parse(readFileSync(path, 'utf8')) as unknown;
  const { manifests } = read(join(clone, layout, 'index.json')) as {
    manifests: readonly [{ readonly digest: string }];
  };
  const { layers } = read(blob(manifests[0].digest)) as {
    layers: readonly { readonly digest: string; readonly size: number }[];
  };
  const sum = (some: typeof layers) => some.reduce((bytes, { size }) => bytes + size, 0);
  return { own: sum(layers.filter(({ digest }) => existsSync(blob(digest)))), total: sum(layers) };
}

const mebibytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;

/**
 * Sends the request ApiVersions (version 0) of Kafka's protocol to a broker on this machine.
 * @returns the number of APIs in the response; 0 if there is no valid response
 */
function kafkaApis(port: number): Promise<number> {
  const correlation = 7;
  const request = Buffer.alloc(14);
  request.writeInt32BE(10, 0);
  request.writeInt16BE(18, 4);
  request.writeInt32BE(correlation, 8);
  request.writeInt16BE(-1, 12);
  return new Promise((resolve) => {
    let response = Buffer.alloc(0);
    const socket = connect(port, '127.0.0.1', () => socket.write(request));
    socket.on('data', (chunk: Buffer) => {
      response = Buffer.concat([response, chunk]);
      if (response.length >= 14) socket.end();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      const isValid =
        response.length >= 14 && response.readInt32BE(4) === correlation && response.readInt16BE(8) === 0;
      resolve(isValid ? response.readInt32BE(10) : 0);
    });
  });
}
