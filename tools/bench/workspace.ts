/** The Cargo workspace for benchmarks: a pure function of its size, so that every run uses the same one. */

export interface BenchCrate {
  readonly name: string;
  readonly folder: string;
  readonly isBinary: boolean;
  /** The names of the libraries that it depends on. */
  readonly dependencies: readonly string[];
}

export interface BenchWorkspace {
  readonly crates: readonly BenchCrate[];
  /** File texts by path. */
  readonly files: Readonly<Record<string, string>>;
}

const layers = 5;
const sourcesPerCrate = 3;

/**
 * Returns a workspace of crates in layers. A fifth of them are binaries in the top layer, which together
 * use every library.
 * @param count the number of crates
 */
export function benchWorkspace(count: number): BenchWorkspace {
  const crates = layeredCrates(count);
  const files: Record<string, string> = { 'Cargo.toml': rootManifest, '.gitignore': ignored };
  for (const crate of crates) {
    files[`${crate.folder}/Cargo.toml`] = manifestOf(crate);
    files[rootSource(crate)] = rootSourceText(crate);
    for (let part = 0; part < sourcesPerCrate; part++) {
      files[`${crate.folder}/src/part_${part}.rs`] = partText(part);
    }
  }
  return { crates, files };
}

/** Returns the source that an edit changes. */
export function rootSource(crate: BenchCrate): string {
  return `${crate.folder}/src/${crate.isBinary ? 'main' : 'lib'}.rs`;
}

/** Returns the text of that source with another edition, which the binaries print. */
export function rootSourceText({ isBinary, dependencies }: BenchCrate, edition = 0): string {
  const parts = Array.from({ length: sourcesPerCrate }, (_, part) => part);
  const editions = dependencies.map((name) => ` + ${identifier(name)}::edition()`).join('');
  const sums = [
    ...parts.map((part) => `part_${part}::all(seed)`),
    ...dependencies.map((name) => `${identifier(name)}::all(seed)`),
  ];
  const visible = isBinary ? '' : 'pub ';
  return [
    ...parts.map((part) => `mod part_${part};`),
    `pub const EDITION: u64 = ${edition};`,
    `${visible}fn edition() -> u64 { EDITION${editions} }`,
    `${visible}fn all(seed: u64) -> u64 { [${sums.join(', ')}].iter().fold(0, |sum, one| sum ^ one) }`,
    ...(isBinary ? ['fn main() { println!("{EDITION} {} {}", edition(), all(3)); }'] : []),
    '',
  ].join('\n');
}

function layeredCrates(count: number): BenchCrate[] {
  const binaries = Math.max(1, Math.round(count / 5));
  const libraries = count - binaries;
  const width = Math.ceil(libraries / layers);
  const library = (index: number) => `lib-${String(index).padStart(4, '0')}`;
  // Each crate uses three of the layer below, shifted so that none is left out.
  const below = (layer: number, position: number) => {
    const start = (layer - 1) * width;
    const size = Math.min(width, libraries - start);
    return layer === 0
      ? []
      : [...new Set([0, 1, 2].map((step) => (position * (step + 1) + step) % size))].map((at) =>
          library(start + at),
        );
  };
  const crate = (name: string, isBinary: boolean, dependencies: readonly string[]): BenchCrate => ({
    name,
    folder: `crates/${name}`,
    isBinary,
    dependencies: [...dependencies].sort(),
  });
  const top = Math.ceil(libraries / width);
  return [
    ...Array.from({ length: libraries }, (_, index) =>
      crate(library(index), false, below(Math.floor(index / width), index % width)),
    ),
    ...Array.from({ length: binaries }, (_, index) =>
      crate(`app-${String(index).padStart(4, '0')}`, true, below(top, index)),
    ),
  ];
}

function manifestOf({ name, dependencies }: BenchCrate): string {
  const lines = dependencies.map((dependency) => `${dependency} = { path = "../${dependency}" }\n`);
  return `[package]\nname = "${name}"\nversion = "0.1.0"\nedition = "2021"\n\n[dependencies]\n${lines.join('')}`;
}

/** Enough work for the compiler that 20 crates take some seconds. */
function partText(part: number): string {
  return `use std::collections::BTreeMap;

pub fn all(seed: u64) -> u64 {
    let mut table: BTreeMap<u64, Vec<String>> = BTreeMap::new();
    for step in 0..seed % 17 {
        let row = table.entry(step * ${part + 3} % 7).or_default();
        row.push(format!("${part}-{step}-{}", row.len()));
    }
    let mut rows: Vec<(u64, usize)> =
        table.iter().map(|(key, row)| (*key, row.iter().map(String::len).sum())).collect();
    rows.sort_by(|one, other| other.1.cmp(&one.1).then(one.0.cmp(&other.0)));
    rows.iter().fold(seed, |sum, (key, size)| sum.wrapping_mul(31).wrapping_add(key ^ *size as u64))
}
`;
}

function identifier(name: string): string {
  return name.replaceAll('-', '_');
}

// Turborepo requires a workspace name.
const rootManifest =
  '[workspace]\nmembers = ["crates/*"]\nresolver = "2"\n\n[workspace.metadata]\nname = "bench"\n';

const ignored = 'node_modules\n.nx\n.turbo\n.moon/cache\n/artifacts\ntarget\ndist\n';
