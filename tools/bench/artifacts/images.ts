/** Measures images from built binaries against docker build, buildah, umoci, and a floor: digests and gzip of the same bytes. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { staticElf } from '../../../packages/oci/src/elf.spec.helper.ts';
import type { Absent } from '../contenders.ts';
import { benchEnvironment, type Cost, costOf, repository } from '../run.ts';

export const imageFloorName = 'sha256 and gzip -6 of the binaries, with zlib';
export const imageSteps = ['two platforms, nothing built before', 'one binary changed'] as const;
type ImageStep = (typeof imageSteps)[number];

export interface ImageSeries {
  readonly name: string;
  /** Of each round. */
  readonly costs: Readonly<Partial<Record<ImageStep, readonly Pick<Cost, 'seconds' | 'processor'>[]>>>;
  /** The peak memory of the largest process, in megabytes, over all rounds; NaN without GNU time. */
  readonly megabytes: number;
}

const platforms = { 'linux/amd64': 62, 'linux/arm64': 183 } as const;
type Platform = keyof typeof platforms;
const both = Object.keys(platforms) as Platform[];
const tag = 'millwright-bench-image';

/** Digests of content and of compressed content, as every builder of layers must compute them. */
const floor = `
  import { createHash } from 'node:crypto';
  import { createReadStream, createWriteStream } from 'node:fs';
  import { pipeline } from 'node:stream/promises';
  import { createGzip } from 'node:zlib';
  const hashed = async function* (chunks) {
    const hash = createHash('sha256');
    for await (const chunk of chunks) { hash.update(chunk); yield chunk; }
    hash.digest('hex');
  };
  await Promise.all(process.argv.slice(1).map((path) => pipeline(
    createReadStream(path, { highWaterMark: 1 << 18 }), hashed, createGzip({ level: 6, chunkSize: 1 << 18 }), hashed,
    createWriteStream(path + '.gz'),
  )));`;

/** Builds as the executor does. Nx has a process of its own for it. */
const builder = `
  const { default: run } = await import(${JSON.stringify(join(repository, 'packages/oci/dist/executors/oci-image/executor.js'))});
  const options = { name: 'app', binaries: ['app'], outputPath: 'image' };
  const context = { root: process.cwd(), projectName: 'app', projectsConfigurations: { projects: {} } };
  const { success } = await run(options, context);
  process.exit(success ? 0 : 1);`;

interface Way {
  readonly name: string;
  /** The commands that build the images of platforms, in order. */
  readonly commands: (changed: readonly Platform[]) => readonly (readonly string[])[];
  /** Removes what it has built before. */
  readonly clean: () => void;
  /** True if another process does the work, whose memory and processor time are not measured. */
  readonly hasDaemon?: boolean;
  readonly steps: readonly ImageStep[];
}

/** Measures all ways round by round, so that each round has the same conditions. */
export function measureImages(rounds: number, progress: (text: string) => void): (ImageSeries | Absent)[] {
  const folder = mkdtempSync(join(tmpdir(), 'millwright-bench-image-'));
  const env = benchEnvironment(false);
  try {
    const ways = waysIn(folder);
    const results = ways.map((way) =>
      'why' in way ? way : { name: way.name, costs: emptySeries(way), megabytes: 0 },
    );
    for (let round = 1; round <= rounds; round++) {
      for (const [index, way] of ways.entries()) {
        const result = results[index];
        if ('why' in way || result === undefined || 'why' in result) continue;
        progress(`images, round ${round} of ${rounds}: ${way.name}`);
        way.clean();
        writeBinaries(folder, both, round);
        for (const step of way.steps) {
          const changed = step === imageSteps[0] ? both : both.slice(1);
          if (changed.length === 1) writeBinaries(folder, changed, round + 0.5);
          const costs = way.commands(changed).map((command) => costOf(command, folder, env));
          result.costs[step]?.push({
            seconds: sumOf(costs, ({ seconds }) => seconds),
            processor: way.hasDaemon === true ? NaN : sumOf(costs, ({ processor }) => processor),
          });
          result.megabytes = Math.max(result.megabytes, ...costs.map(({ megabytes }) => megabytes));
        }
      }
    }
    return results;
  } finally {
    spawnSync('docker', ['image', 'rm', '--force', ...both.map(dockerTag)]);
    rmSync(folder, { recursive: true, force: true });
  }
}

function emptySeries({ steps }: Way): Partial<Record<ImageStep, Pick<Cost, 'seconds' | 'processor'>[]>> {
  return Object.fromEntries(steps.map((step) => [step, [] as Pick<Cost, 'seconds' | 'processor'>[]]));
}

function sumOf<Item>(items: readonly Item[], value: (item: Item) => number): number {
  return items.reduce((sum, item) => sum + value(item), 0);
}

function waysIn(folder: string): (Way | Absent)[] {
  const binary = (platform: Platform) => join('artifacts', platform, 'app');
  const remove = (...names: readonly string[]) => {
    for (const name of names) rmSync(join(folder, name), { recursive: true, force: true });
  };
  const dockerfile = (platform: Platform) => `${platform.replace('/', '-')}.Dockerfile`;
  for (const platform of both)
    writeFileSync(
      join(folder, dockerfile(platform)),
      `FROM scratch\nCOPY ${binary(platform)} /usr/local/bin/app\nENTRYPOINT ["/usr/local/bin/app"]\n`,
    );
  const node = (program: string, ...args: readonly string[]) => [
    ...['node', '--input-type=module', '--eval', program],
    ...args,
  ];
  const ways: (Way & { readonly program?: string })[] = [
    {
      name: imageFloorName,
      commands: (changed) => [node(floor, ...changed.map(binary))],
      clean: () => undefined,
      steps: imageSteps,
    },
    {
      name: 'millwright',
      commands: () => [node(builder)],
      clean: () => {
        remove('image');
      },
      steps: imageSteps,
    },
    {
      name: 'docker build, once for each platform (not compressed)',
      program: 'docker',
      hasDaemon: true,
      commands: () =>
        both.map((platform) => [
          ...['docker', 'build', '-q', '-t', dockerTag(platform), '-f', dockerfile(platform), '.'],
        ]),
      clean: () => undefined,
      steps: imageSteps,
    },
    {
      name: 'umoci insert, once for each platform',
      program: 'umoci',
      commands: () => [
        ['umoci', 'init', '--layout', 'umoci'],
        ...both.flatMap((platform) => {
          const image = `umoci:${platform.replace('/', '-')}`;
          return [
            ['umoci', 'new', '--image', image],
            ['umoci', 'insert', '--image', image, binary(platform), '/usr/local/bin/app'],
          ];
        }),
      ],
      clean: () => {
        remove('umoci');
      },
      steps: [imageSteps[0]],
    },
    {
      name: 'buildah build, once for each platform',
      program: 'buildah',
      commands: () =>
        both.map((platform) => [
          ...['buildah', '--root', join(folder, 'storage'), '--runroot', join(folder, 'run'), 'build', '-q'],
          ...['-f', dockerfile(platform), '-t', `oci:buildah:${platform.replace('/', '-')}`, '.'],
        ]),
      clean: () => {
        remove('buildah', 'storage', 'run');
      },
      steps: [imageSteps[0]],
    },
  ];
  return ways.map((way) => {
    const isMissing = way.program !== undefined && spawnSync(way.program, ['--version']).error !== undefined;
    return isMissing ? { name: way.name, why: `${way.program ?? ''} is not installed` } : way;
  });
}

function dockerTag(platform: Platform): string {
  return `${tag}:${platform.replace('/', '-')}`;
}

/** Binaries are parts of Node's, which compress as others do. */
function writeBinaries(folder: string, changed: readonly Platform[], seed: number): void {
  const node = readFileSync(process.execPath);
  const size = 74_000_000;
  for (const platform of changed) {
    mkdirSync(join(folder, 'artifacts', platform), { recursive: true });
    const start = (both.indexOf(platform) * (node.length - size)) % node.length;
    const content = Buffer.concat([
      staticElf(platforms[platform], String(seed)),
      node.subarray(start, start + size),
    ]);
    writeFileSync(join(folder, 'artifacts', platform, 'app'), content, { mode: 0o755 });
  }
}
