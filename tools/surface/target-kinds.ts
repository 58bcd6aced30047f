import type { ProjectConfiguration } from '@nx/devkit';
import { type Files, see, type Seen } from '../testing/inferred-projects.ts';

const pack = (name: string, rest = '') =>
  `[package]\nname = "${name}"\nversion = "0.1.0"\nedition = "2021"\n${rest}`;

/** One project of each kind that the plugins infer. */
const files: Files = {
  'rust/Cargo.toml': '[workspace]\nmembers = ["app", "lib"]\n',
  'rust/app/Cargo.toml': pack('app'),
  'rust/app/src/main.rs': 'fn main() {}\n',
  'rust/lib/Cargo.toml': pack('lib'),
  'rust/lib/src/lib.rs': '',
  'rust-broken/Cargo.toml': '[package]\nname = "broken"\nversion = \n',
  'millwright.toml': '[sources.theirs.crates."."]\n[sources.absent.crates."."]\n',
  'theirs/Cargo.toml': pack('theirs', '[workspace]\n'),
  'theirs/src/main.rs': 'fn main() {}\n',
  'go-program/go.mod': 'module example.org/program\n\ngo 1.24\n',
  'go-program/main.go': 'package main\n\nfunc main() {}\n',
  'go-library/go.mod': 'module example.org/library\n\ngo 1.24\n',
  'go-library/library.go': 'package library\n',
  'go-library/.golangci.yml': 'version: "2"\n',
  'go-broken/go.mod': 'module example.org/broken\n\nrequire (\n',
  'stack/compose.yaml': 'services: { db: { image: x } }\n',
  'scripts/wmill.yaml': '',
  'stack-broken/compose.yaml': 'services: { db: { image: x } }\nx-millwright: { mounts: 3 }\n',
};

/** The kinds by the folders of their projects. */
const kinds = {
  rust: 'Cargo workspace',
  'rust/app': 'crate with a binary',
  'rust/lib': 'crate with a library alone',
  'rust-broken': 'invalid Cargo.toml',
  theirs: 'vendored crate',
  absent: 'placeholder of a vendored crate',
  'go-program': 'Go module with a program',
  'go-library': 'Go module without one',
  'go-broken': 'invalid go.mod',
  stack: 'stack',
  'stack-broken': 'invalid Compose file',
  scripts: 'folder of Windmill scripts',
} as const;

/** Kinds with targets that only options of the plugins infer. */
const optional = {
  'rust/app': 'crate with a binary: by options',
  'go-program': 'Go module with a program: by options',
};
const delivery = { package: { sign: true }, sbom: { scan: { database: 'osv' } }, rebuild: true };
// Two images with one name would be written to one folder.
const images = Object.fromEntries(
  Object.keys(optional).map((root) => [root, { name: `example.org/${root}`, base: 'debian:bookworm-slim' }]),
);

/** The targets that are inferred for each kind of project and for linux/amd64, by their executor. */
export async function inferredTargets(): Promise<Record<string, Record<string, string>>> {
  const usual = targetsByFolder(
    await see(files, [
      '@millwright/cargo',
      '@millwright/go',
      '@millwright/compose',
      '@millwright/windmill/plugin',
    ]),
  );
  const more = targetsByFolder(
    await see(files, ['@millwright/cargo', '@millwright/go', '@millwright/oci'], {
      '@millwright/cargo': delivery,
      '@millwright/go': delivery,
      '@millwright/oci': { images },
    }),
  );
  return Object.fromEntries([
    ...Object.entries(kinds).map(([root, kind]) => [kind, byExecutor(usual.get(root) ?? {})]),
    ...Object.entries(optional).map(([root, kind]) => {
      const added = Object.entries(more.get(root) ?? {}).filter(
        ([name]) => !(name in (usual.get(root) ?? {})),
      );
      return [kind, byExecutor(Object.fromEntries(added))];
    }),
  ]) as Record<string, Record<string, string>>;
}

type Targets = NonNullable<ProjectConfiguration['targets']>;

function targetsByFolder({ configurations }: Seen): Map<string, Targets> {
  return new Map(Object.values(configurations).map(({ root, targets }) => [root, targets ?? {}]));
}

function byExecutor(targets: Targets): Record<string, string> {
  const groups = Map.groupBy(Object.entries(targets), ([, { executor = '' }]) => executor);
  return Object.fromEntries(
    [...groups].map(([executor, entries]) => [
      executor,
      entries
        .map(([name]) => name)
        .sort()
        .join(' '),
    ]),
  );
}
