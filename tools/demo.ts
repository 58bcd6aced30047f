/** Builds gristmill for both platforms and an image, packages, signs and verifies it, and shows what came of it. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
try {
  nx(['-t', 'build', 'package', 'oci-image'], { MILLWRIGHT_TASK_REPORT: reportPath });
  const tasks = JSON.parse(readFileSync(reportPath, 'utf8')) as TaskReport[];
  const key = generateKey();
  // The key is thrown away, so that it does not matter who wrote to the cache.
  nx(['-t', 'sign', '--trustCache'], {
    ...inOneProcess,
    MILLWRIGHT_SIGNING_KEY: await formatSecretKey(key, undefined),
  });
  nx(['-t', 'verify', `--keys=${publicKeyLine(key.publicKey)}`], inOneProcess);
  console.log(tableOf(readChecksums(root), tasks));
  console.log(imageTable('gristmill-gristctl', tasks));
  console.log('The archives in artifacts/archives were signed with a new key, and verified.');
} catch (error) {
  if (!(error instanceof NxFailed)) throw error;
  process.exitCode = error.status;
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

/** Runs targets of gristmill's projects. */
function nx(args: readonly string[], env: Readonly<Record<string, string>> = {}): void {
  const { status } = spawnSync('nx', ['run-many', '-p', 'examples/gristmill/**', ...args], {
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

/** Shows the images in an OCI layout: digest and compressed size for each platform. */
function imageTable(name: string, tasks: readonly TaskReport[]): string {
  const layout = join(root, 'artifacts/images', name);
  const read = (path: string) =>
    JSON.parse(readFileSync(join(layout, path), 'utf8')) as {
      readonly manifests: readonly [ImageDescriptor, ...ImageDescriptor[]];
      readonly layers: readonly ImageDescriptor[];
    };
  const blob = ({ digest }: ImageDescriptor) => read(`blobs/${digest.replace(':', '/')}`);
  const task = tasks.find(({ outputs }) => outputs.includes(`artifacts/images/${name}`));
  const from = task?.status.includes('cache') === true ? 'cache' : 'built';
  const table = newTable(['image', 'platform', 'size', 'digest', 'from', 'seconds']);
  const index = read('index.json').manifests[0];
  for (const manifest of blob(index).manifests) {
    const { os, architecture } = manifest.platform ?? { os: '', architecture: '' };
    const size = blob(manifest).layers.reduce((sum, layer) => sum + layer.size, 0);
    const seconds = from === 'built' ? (task?.seconds.toFixed(1) ?? '') : '-';
    table.push([name, `${os}/${architecture}`, megabytes(size), manifest.digest.slice(7, 19), from, seconds]);
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
