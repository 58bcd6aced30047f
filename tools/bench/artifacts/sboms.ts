/** Measures the SBOM of a crate with 295 dependencies against cargo-cyclonedx. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { placeArtifact } from '../../../packages/artifacts/dist/placing/place.js';
import { staticElf } from '../../../packages/oci/src/elf.spec.helper.ts';
import { publishedCrate } from '../../corpus/repository.ts';
import { recordOf, triple } from '../../sbom/crate.ts';
import type { Absent } from '../contenders.ts';
import { benchEnvironment, type Cost, costOf, prepare, repository } from '../run.ts';

export const sbomPeerName = 'cargo cyclonedx --describe binaries';
/** Its program for linux/amd64 has this crate and 295 others. */
export const sbomCrate = { name: 'miniserve', version: '0.35.0' };

export interface SbomSeries {
  readonly name: string;
  /** Of each round. */
  readonly costs: readonly Cost[];
  /** The number of components in the document. */
  readonly components: number;
}

const artifact = `artifacts/linux/amd64/${sbomCrate.name}`;

/** Writes the document as the executor does. Nx has a process of its own for it. */
const writer = `
  const { default: run } = await import(${JSON.stringify(join(repository, 'packages/artifacts/dist/executors/sbom/executor.js'))});
  const { success } = await run({ artifacts: [${JSON.stringify(artifact)}] }, { root: process.cwd() });
  process.exit(success ? 0 : 1);`;

interface Way {
  readonly name: string;
  readonly command: readonly string[];
  /** The document that it writes. */
  readonly document: string;
}

/** Measures both round by round, so that each round has the same conditions. */
export async function measureSboms(
  rounds: number,
  progress: (text: string) => void,
): Promise<(SbomSeries | Absent)[]> {
  const folder = mkdtempSync(join(tmpdir(), 'millwright-bench-sbom-'));
  const env = { ...benchEnvironment(false), CARGO_NET_OFFLINE: 'true' };
  try {
    progress(`SBOMs: preparing ${sbomCrate.name} ${sbomCrate.version}`);
    await prepareCrate(folder);
    const ways = waysIn(env);
    // Once without measuring, so that all files and compiled modules are in memory.
    for (const way of ways) if ('command' in way) costOf(way.command, folder, env);
    const costs = ways.map(() => [] as Cost[]);
    for (let round = 1; round <= rounds; round++) {
      progress(`SBOMs, round ${round} of ${rounds}`);
      for (const [index, way] of ways.entries())
        if ('command' in way) costs[index]?.push(costOf(way.command, folder, env));
    }
    return ways.map((way, index) =>
      'why' in way
        ? way
        : { name: way.name, costs: costs[index] ?? [], components: componentsIn(join(folder, way.document)) },
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function waysIn(env: NodeJS.ProcessEnv): readonly (Way | Absent)[] {
  const isInstalled = spawnSync('cargo-cyclonedx', ['cyclonedx', '--version'], { env }).error === undefined;
  return [
    isInstalled
      ? {
          name: sbomPeerName,
          command: [
            ...['cargo', 'cyclonedx', '--describe', 'binaries', '--target', triple],
            ...['--format', 'json', '--spec-version', '1.5', '--quiet'],
          ],
          document: `${sbomCrate.name}_bin.cdx.json`,
        }
      : { name: sbomPeerName, why: 'cargo-cyclonedx is not installed' },
    {
      name: 'millwright',
      command: ['node', '--input-type=module', '--eval', writer],
      document: `${artifact}.cdx.json`,
    },
  ];
}

/** Copies the crate as published, with its lock file, and places an artifact with the record of its build. */
async function prepareCrate(folder: string): Promise<void> {
  const scratch = mkdtempSync(join(tmpdir(), 'millwright-fetch-'));
  cpSync(publishedCrate(scratch, sbomCrate), folder, { recursive: true });
  rmSync(scratch, { recursive: true });
  prepare(['cargo', 'fetch', '--locked', '--target', triple], folder, benchEnvironment(false));
  // The record of a build, without the build. The size is that of a program with as many crates.
  const units = await recordOf(folder, []);
  const source = join(folder, 'built');
  mkdirSync(join(folder, 'artifacts'));
  writeFileSync(
    source,
    Buffer.concat([staticElf(62), readFileSync(process.execPath).subarray(0, 16_000_000)]),
  );
  await placeArtifact({
    ...{ source, workspaceRoot: folder, destination: join(folder, artifact), units },
    ...{ project: sbomCrate.name, isProject: () => true, version: { version: sbomCrate.version } },
  });
}

function componentsIn(document: string): number {
  const { components } = JSON.parse(readFileSync(document, 'utf8')) as { components: unknown[] };
  return components.length;
}
