/** Measures packaging and verification of releases against tar, gzip and sha256sum. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { benchEnvironment, type Cost, costOf, repository } from '../run.ts';

export const tarName = 'tar | gzip -6';
export const sumsName = 'sha256sum --check';

export interface ReleaseSeries {
  readonly name: string;
  readonly step: 'two binaries of 74 MB packaged' | '100 files of 10 MB verified';
  /** Of each round. */
  readonly seconds: readonly number[];
  /** The peak memory of the largest process, in megabytes, over all rounds; NaN without GNU time. */
  readonly megabytes: number;
}

const binaries = ['server', 'worker'];
const platform = 'artifacts/linux/amd64';
const cli = join(repository, 'packages/cli/dist/cli.js');
/** Packages as the executor does. Nx has a process of its own for it. */
const packager = `
  import { packageArtifacts } from ${JSON.stringify(join(repository, 'packages/artifacts/dist/packaging/package.js'))};
  await packageArtifacts({
    workspaceRoot: process.cwd(),
    projectRoot: '.',
    artifacts: ${JSON.stringify(binaries.map((name) => `${platform}/${name}`))},
    outputPath: 'artifacts/archives/app',
    format: 'tar.gz',
    files: [],
  });`;

/** Measures all ways round by round, so that each round has the same conditions. */
export function measureReleases(rounds: number, progress: (text: string) => void): ReleaseSeries[] {
  const folder = mkdtempSync(join(tmpdir(), 'millwright-bench-release-'));
  const env = benchEnvironment(false);
  const cost = (command: readonly string[], cwd = folder) => costOf(command, cwd, env);
  try {
    prepareFiles(folder);
    cost(['node', cli, 'key', 'generate', '--no-passphrase']);
    cost(['node', cli, 'sign', 'files', '--key', 'minisign.key']);
    const piped = binaries.map((name) => `tar -c ${name} | gzip -6 > ${name}.tar.gz`).join(' && ');
    const packaging = 'two binaries of 74 MB packaged';
    const verification = '100 files of 10 MB verified';
    const ways = [
      { name: tarName, step: packaging, run: () => cost(['sh', '-c', piped], join(folder, platform)) },
      {
        name: 'millwright',
        step: packaging,
        run: () => cost(['node', '--input-type=module', '--eval', packager]),
      },
      {
        name: sumsName,
        step: verification,
        run: () => cost(['sha256sum', '--check', '--quiet', 'SHA256SUMS'], join(folder, 'files')),
      },
      {
        name: 'millwright',
        step: verification,
        run: () => cost(['node', cli, 'verify', 'files', '--key', 'minisign.pub']),
      },
    ] as const;
    const costs = ways.map(() => [] as Cost[]);
    for (let round = 1; round <= rounds; round++) {
      progress(`releases, round ${round} of ${rounds}`);
      for (const [index, { run }] of ways.entries()) costs[index]?.push(run());
    }
    return ways.map(({ name, step }, index) => {
      const own = costs[index] ?? [];
      return {
        name,
        step,
        seconds: own.map(({ seconds }) => seconds),
        megabytes: Math.max(...own.map(({ megabytes }) => megabytes)),
      };
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Binaries are parts of Node's, which compress as others do. */
function prepareFiles(folder: string): void {
  const node = readFileSync(process.execPath);
  const size = 74_000_000;
  mkdirSync(join(folder, platform), { recursive: true });
  for (const [index, name] of binaries.entries()) {
    const start = index * (node.length - size);
    writeFileSync(join(folder, platform, name), node.subarray(start, start + size), { mode: 0o755 });
  }
  mkdirSync(join(folder, 'files'));
  for (let index = 0; index < 100; index++) {
    const start = index * 1_000_000;
    writeFileSync(join(folder, 'files', `file-${index}`), node.subarray(start, start + 10_000_000));
  }
}
