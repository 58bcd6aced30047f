/** Builds gristmill for both platforms, packages it, signs a copy of the archives, and shows what came of it. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Checksum, readChecksums } from '@millwright/artifacts';
import { generateKey, signerFor, signFolder, verifyFolder } from '@millwright/artifacts/signing';
import Table from 'cli-table3';

interface TaskReport {
  readonly id: string;
  readonly status: string;
  /** Relative to the repository. */
  readonly outputs: readonly string[];
  readonly seconds: number;
}

const root = join(import.meta.dirname, '..');
const scratch = mkdtempSync(join(tmpdir(), 'millwright-demo-'));
const reportPath = join(scratch, 'tasks.json');
try {
  const { status } = spawnSync('nx', ['run-many', '-t', 'build', 'package', '-p', 'examples/gristmill/**'], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false', MILLWRIGHT_TASK_REPORT: reportPath },
  });
  if (status !== 0) process.exit(status ?? 1);
  const tasks = JSON.parse(readFileSync(reportPath, 'utf8')) as TaskReport[];
  console.log(tableOf(readChecksums(root), tasks));
  const release = join(scratch, 'release');
  cpSync(join(root, 'artifacts/archives'), release, { recursive: true });
  const key = generateKey();
  await signFolder(release, signerFor(key, 'gristmill'));
  const { files, findings } = await verifyFolder(release, { trusted: [key.publicKey], revoked: [] });
  console.log(`archives: ${files} files signed with a new key, ${files - findings.length} verified`);
  if (findings.length > 0) process.exitCode = 1;
} finally {
  rmSync(scratch, { recursive: true, force: true });
}

function tableOf(artifacts: readonly Checksum[], tasks: readonly TaskReport[]): string {
  const table = new Table({
    head: ['artifact', 'platform', 'size', 'sha256', 'from', 'seconds'],
    colAligns: ['left', 'left', 'right', 'left', 'left', 'right'],
    style: { head: [], border: [], compact: true },
  });
  for (const { path, platform, size, sha256 } of artifacts) {
    const task = tasks.find(({ outputs }) => outputs.includes(`artifacts/${path}`));
    if (!task) continue;
    const name = path.split('/').at(-1) ?? path;
    const from = task.status.includes('cache') ? 'cache' : 'built';
    const megabytes = `${(size / 1024 / 1024).toFixed(1)} MiB`;
    table.push([
      name,
      platform,
      megabytes,
      sha256.slice(0, 12),
      from,
      from === 'built' ? task.seconds.toFixed(1) : '-',
    ]);
  }
  return table.toString();
}
