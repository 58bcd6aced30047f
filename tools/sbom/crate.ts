/** The SBOM of a crate, beside what cargo and cargo-auditable say. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readAuditableList } from '../../packages/artifacts/dist/sbom/auditable.js';
import { compareWithAuditable, countUncompiled } from '../../packages/artifacts/dist/sbom/prove.js';
import type { UnitsRecord } from '../../packages/artifacts/dist/units/record.js';
import { unitGraph } from '../../packages/cargo/dist/cargo-cli/unit-graph.js';
import { packageFacts } from '../../packages/cargo/dist/compiled-units/package-facts.js';
import { unitsOf } from '../../packages/cargo/dist/compiled-units/units.js';
import { parseLockfile } from '../../packages/cargo/dist/manifests/lockfile.js';
import { crateFolder, type PublishedPackage } from '../corpus/packages.ts';
import { bringCrate } from '../corpus/repository.ts';
import { mustTool, tool } from '../corpus/tool.ts';
import { checkDocument, difference } from './check.ts';
import { bringTool } from './tools.ts';

/** The target of all comparisons. */
export const triple = 'x86_64-unknown-linux-gnu';

export interface CrateComparison {
  readonly packages: number;
  /** How many packages only cargo-auditable lists. */
  readonly onlyAuditable: number;
}

/**
 * Compares the record and the SBOM of a crate with `cargo tree`, and with the list of cargo-auditable.
 * @param folder for crates and tools, kept
 * @param features arguments of cargo
 * @throws Error that names what differs
 */
export async function compareCrate(
  folder: string,
  one: PublishedPackage,
  features: readonly string[],
): Promise<CrateComparison> {
  const record = await compareWithTree(folder, one, features);
  const auditable = bringTool(join(folder, 'tools'), 'cargo-auditable');
  return {
    packages: packagesOf(record).size,
    onlyAuditable: await compareAuditable(auditable, join(folder, crateFolder(one.name)), record),
  };
}

/**
 * Compares the record of a crate with `cargo tree`, and checks the SBOM against the schemas.
 * @param folder for crates, kept
 * @param features arguments of cargo
 * @throws Error that names what differs
 */
export async function compareWithTree(
  folder: string,
  one: PublishedPackage,
  features: readonly string[],
): Promise<UnitsRecord> {
  const place = join(folder, crateFolder(one.name));
  bringCrate(folder, crateFolder(one.name), one, () => undefined);
  mustTool(place, 'cargo', 'generate-lockfile', '--quiet');
  const record = await recordOf(place, features);
  const tree = mustTool(
    ...([place, 'cargo', 'tree', '--target', triple] as const),
    ...['--edges', 'normal,build', '--prefix', 'none', '--format', '{p}', ...features],
  );
  const packages = [...tree.matchAll(/^(\S+) v(\S+)/gm)].map(
    ([, name = '', version = '']) => `${name} ${version}`,
  );
  difference('cargo tree', [...packagesOf(record)], packages);
  await checkDocument(one.name, record);
  return record;
}

function packagesOf({ units }: UnitsRecord): ReadonlySet<string> {
  return new Set(units.map(({ name, version = '' }) => `${name} ${version}`));
}

/** The record that a build writes, without the build: cargo plans it. */
export async function recordOf(place: string, features: readonly string[]): Promise<UnitsRecord> {
  const args = ['build', '--profile', 'release', '--target', triple, ...features];
  const graph = await unitGraph('cargo', args, place, {});
  if (graph === undefined) throw new Error('cargo cannot plan the build');
  const isProgram = (index: number) => graph.units[index]?.target.kind.includes('bin') === true;
  const root = graph.roots.find(isProgram) ?? graph.roots[0];
  if (root === undefined) throw new Error('cargo builds nothing');
  const path = join(place, 'Cargo.lock');
  const lockfile = parseLockfile(readFileSync(path, 'utf8'), path);
  const toolchain = mustTool(place, 'rustc', '--version').trim();
  const units = unitsOf(graph, root, packageFacts(lockfile, place));
  return { version: 1, ecosystem: 'cargo', target: 'linux/amd64', toolchain, ...units };
}

/** Lets cargo-auditable embed the list of a crate into an empty program, and compares it with the record. */
async function compareAuditable(auditable: string, place: string, record: UnitsRecord): Promise<number> {
  const program = join(place, 'auditable-program');
  writeFileSync(`${program}.rs`, 'fn main() {}\n');
  const enabled = record.units[record.root]?.features ?? [];
  const cfg = enabled.flatMap((feature) => ['--cfg', `feature=${JSON.stringify(feature)}`]);
  const built = tool(
    place,
    auditable,
    [
      ...['rustc', '--crate-name', 'auditable_program', '--crate-type', 'bin', '--edition', '2021'],
      ...['--target', triple, `${program}.rs`, '--out-dir', place, '-o', program, ...cfg],
    ],
    {
      env: {
        CARGO_MANIFEST_DIR: place,
        CARGO_PRIMARY_PACKAGE: '1',
        CARGO_AUDITABLE_ORIG_ARGS: '{"offline":false,"locked":false,"frozen":false,"config":[]}',
      },
    },
  );
  if (!built.succeeded) throw new Error(`cargo-auditable: ${built.reason}`);
  const list = await readAuditableList(program);
  for (const path of [program, `${program}.rs`]) rmSync(path);
  if (list === undefined) throw new Error('cargo-auditable embedded no list');
  const differences = compareWithAuditable(record, list);
  if (differences.length > 0)
    throw new Error(
      `cargo-auditable: ${differences.map(({ component, why }) => `${component}: ${why}`).join('; ')}`,
    );
  return countUncompiled(record, list);
}
