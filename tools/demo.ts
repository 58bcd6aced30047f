/** Builds gristmill for both platforms and its images, packages, signs and verifies it, and shows what came of it. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type Checksum, readChecksums } from '@millwright/artifacts';
import { formatSecretKey, generateKey, publicKeyLine } from '@millwright/artifacts/signing';
import Table from 'cli-table3';

interface TaskReport {
  readonly id: string;
  readonly status: string;
  /** Relative to the repository. */
  readonly outputs: readonly string[];
  readonly seconds: number;
}

/** Nx has printed why. */
class NxFailed extends Error {
  readonly status: number;
  constructor(status: number) {
    super(`nx exited with ${status}`);
    this.status = status;
  }
}

/** Plugins in Nx's own process take half the time where there is nothing to build. */
const inOneProcess = { NX_ISOLATE_PLUGINS: 'false' };
const root = join(import.meta.dirname, '..');
const scratch = mkdtempSync(join(tmpdir(), 'millwright-demo-'));
const reportPath = join(scratch, 'tasks.json');
/** The projects whose images have a base, which is in a registry. */
const based = ['gristmill-server', 'gristmill-worker'];
const hasBase = isPinned('debian:bookworm-slim');
const images = ['gristctl', ...(hasBase ? based : [])];
try {
  const tasks = [
    ...reported(['-t', 'build', 'package']),
    ...reported(['-t', 'oci-image', '-p', images.join()], inOneProcess),
  ];
  const key = generateKey();
  // The key is thrown away, so that it does not matter who wrote to the cache.
  nx(['-t', 'sign', '--trustCache'], {
    ...inOneProcess,
    MILLWRIGHT_SIGNING_KEY: await formatSecretKey(key, undefined),
  });
  nx(['-t', 'verify', `--keys=${publicKeyLine(key.publicKey)}`], inOneProcess);
  console.log(tableOf(readChecksums(root), tasks));
  console.log(imageTable(images, tasks));
  if (!hasBase)
    console.log(
      `The images of ${based.join(' and ')} were not built, because their base debian:bookworm-slim is not pinned. To pin ` +
        'it, run `npx nx run gristmill-server:oci-base-update`, which queries Docker Hub.',
    );
  console.log('The archives in artifacts/archives were signed with a new key, and verified.');
} catch (error) {
  if (!(error instanceof NxFailed)) throw error;
  process.exitCode = error.status;
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

/** Returns true if the repository records the digest of a base. */
function isPinned(base: string): boolean {
  const lock = join(root, 'millwright.images.lock');
  return existsSync(lock) && readFileSync(lock, 'utf8').includes(JSON.stringify(base));
}

/** Runs targets, and returns the tasks that ran or were restored. */
function reported(args: readonly string[], env: Readonly<Record<string, string>> = {}): TaskReport[] {
  nx(args, { ...env, MILLWRIGHT_TASK_REPORT: reportPath });
  return JSON.parse(readFileSync(reportPath, 'utf8')) as TaskReport[];
}

/** Runs targets of gristmill's projects, by default of all. */
function nx(args: readonly string[], env: Readonly<Record<string, string>> = {}): void {
  const projects = args.includes('-p') ? [] : ['-p', 'examples/gristmill/**'];
  const { status } = spawnSync('nx', ['run-many', ...projects, ...args], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false', ...env },
  });
  if (status !== 0) throw new NxFailed(status ?? 1);
}

interface ImageDescriptor {
  readonly digest: string;
  readonly size: number;
  readonly platform?: { readonly os: string; readonly architecture: string };
}

/** Shows the images of projects: digest and compressed size for each platform. */
function imageTable(projects: readonly string[], tasks: readonly TaskReport[]): string {
  const table = newTable(['image', 'platform', 'size', 'digest', 'from', 'seconds']);
  for (const project of projects) {
    const task = tasks.find(({ id }) => id === `${project}:oci-image`);
    const [layout = ''] = task?.outputs ?? [];
    const read = (path: string) =>
      JSON.parse(readFileSync(join(root, layout, path), 'utf8')) as {
        readonly manifests: readonly [ImageDescriptor, ...ImageDescriptor[]];
        readonly layers: readonly ImageDescriptor[];
      };
    const blob = ({ digest }: ImageDescriptor) => read(`blobs/${digest.replace(':', '/')}`);
    const from = task?.status.includes('cache') === true ? 'cache' : 'built';
    const seconds = from === 'built' ? (task?.seconds.toFixed(1) ?? '') : '-';
    for (const manifest of blob(read('index.json').manifests[0]).manifests) {
      const { os, architecture } = manifest.platform ?? { os: '', architecture: '' };
      const size = blob(manifest).layers.reduce((sum, layer) => sum + layer.size, 0);
      const digest = manifest.digest.slice(7, 19);
      table.push([basename(layout), `${os}/${architecture}`, megabytes(size), digest, from, seconds]);
    }
  }
  return table.toString();
}

function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}

function newTable(head: string[]) {
  return new Table({
    head,
    colAligns: ['left', 'left', 'right', 'left', 'left', 'right'],
    style: { head: [], border: [], compact: true },
  });
}

function tableOf(artifacts: readonly Checksum[], tasks: readonly TaskReport[]): string {
  const table = newTable(['artifact', 'platform', 'size', 'sha256', 'from', 'seconds']);
  for (const { path, platform, size, sha256 } of artifacts) {
    const task = tasks.find(({ outputs }) => outputs.includes(`artifacts/${path}`));
    if (!task) continue;
    const name = path.split('/').at(-1) ?? path;
    const from = task.status.includes('cache') ? 'cache' : 'built';
    table.push([
      name,
      platform,
      megabytes(size),
      sha256.slice(0, 12),
      from,
      from === 'built' ? task.seconds.toFixed(1) : '-',
    ]);
  }
  return table.toString();
}
