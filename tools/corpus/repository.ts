/** The repository of the corpus: each package is a Cargo workspace or Go module, side by side. */
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { type Corpus, crateFolder, moduleFolder, type PublishedPackage, type Subject } from './packages.ts';
import { mustTool } from './tool.ts';

const repositoryOfOurs = join(import.meta.dirname, '../..');

/** Downloads missing packages of the corpus into a folder, side by side. Existing ones stay. */
export function layOut(folder: string, corpus: Corpus, say: (line: string) => void): Subject[] {
  makeRepository(folder);
  write(folder, '.cargo/config.toml', patches(corpus.crates));
  for (const one of corpus.crates) bringCrate(folder, crateFolder(one.name), one, say);
  for (const one of corpus.modules) bringModule(folder, moduleFolder(one.name), one, say);
  for (const { name } of corpus.modules) replaceSiblings(folder, name, corpus.modules);
  return [
    ...corpus.crates.map((one) => ({ ...one, kind: 'crate' as const, place: crateFolder(one.name) })),
    ...corpus.modules.map((one) => ({ ...one, kind: 'module' as const, place: moduleFolder(one.name) })),
  ];
}

/** Creates an Nx workspace in which our plugins infer projects, without a package of its own. */
export function makeRepository(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const modules = join(folder, 'node_modules');
  // A link from an earlier run can lead to another checkout.
  rmSync(modules, { force: true });
  symlinkSync(join(repositoryOfOurs, 'node_modules'), modules);
  const platforms = { platforms: ['linux/amd64'] };
  const plugins = ['@millwright/cargo', '@millwright/go'].map((plugin) => ({ plugin, options: platforms }));
  write(folder, 'nx.json', JSON.stringify({ analytics: false, plugins }));
  write(folder, 'package.json', '{"name":"corpus","private":true}');
  write(folder, '.gitignore', 'node_modules\n.nx\n/artifacts\ntarget\n');
  if (!existsSync(join(folder, '.git'))) execFileSync('git', ['init', '--quiet'], { cwd: folder });
}

/**
 * Returns patches: if a crate of the corpus depends on another one with a fitting version, it uses that
 * one's folder.
 */
function patches(crates: readonly PublishedPackage[]): string {
  const lines = crates.map(({ name }) => `${name} = { path = "${crateFolder(name)}" }\n`);
  return `[patch.crates-io]\n${lines.join('')}`;
}

type Bring = (folder: string, place: string, one: PublishedPackage, say: (line: string) => void) => void;

/** @param place the folder for the crate, relative to the repository */
export const bringCrate: Bring = (folder, place, one, say) => {
  bring(folder, place, one, publishedCrate, say);
};

/** @param place the folder for the module, relative to the repository */
export const bringModule: Bring = (folder, place, one, say) => {
  bring(folder, place, one, publishedModule, say);
};

function bring(
  folder: string,
  place: string,
  one: PublishedPackage,
  published: (scratch: string, one: PublishedPackage) => string,
  say: (line: string) => void,
): void {
  const target = join(folder, place);
  const record = join(folder, '.nx/corpus', place, 'version');
  if (existsSync(record) && readFileSync(record, 'utf8') === one.version) return;
  say(`fetching ${one.name} ${one.version}`);
  rmSync(target, { recursive: true, force: true });
  // Outside the repository, whose patches must not apply.
  const scratch = mkdtempSync(join(tmpdir(), 'millwright-fetch-'));
  cpSync(published(scratch, one), target, { recursive: true });
  // Module caches are write-protected.
  execFileSync('chmod', ['-R', 'u+w', target]);
  // Regenerated, because a published lock file does not include the other packages here.
  rmSync(join(target, 'Cargo.lock'), { force: true });
  rmSync(scratch, { recursive: true });
  write(dirname(record), 'version', one.version);
}

/** Returns the folder to which Cargo unpacked a crate, and lets Cargo fetch it first if it is missing. */
export function publishedCrate(scratch: string, one: PublishedPackage): string {
  const { name, version } = one;
  const unpacked = unpackedCrate(one);
  if (unpacked !== undefined) return unpacked;
  write(scratch, 'src/lib.rs', '');
  const manifest = `[package]\nname = "fetch"\nversion = "0.0.0"\nedition = "2021"\n[workspace]\n`;
  write(
    scratch,
    'Cargo.toml',
    `${manifest}[dependencies]\nwanted = { package = "${name}", version = "=${version}" }\n`,
  );
  mustTool(scratch, 'cargo', 'fetch', '--quiet', '--target', hostTriple(scratch));
  const fetched = unpackedCrate(one);
  if (fetched === undefined) throw new Error(`${name} ${version} is not among what cargo fetched`);
  return fetched;
}

/** Looks into the folder of each registry, because `cargo metadata` does not list packages without a library. */
function unpackedCrate({ name, version }: PublishedPackage): string | undefined {
  const sources = join(process.env.CARGO_HOME ?? join(homedir(), '.cargo'), 'registry/src');
  if (!existsSync(sources)) return undefined;
  return (
    readdirSync(sources)
      .map((registry) => join(sources, registry, `${name}-${version}`))
      // Cargo writes this file last.
      .find((folder) => existsSync(join(folder, '.cargo-ok')))
  );
}

/**
 * Returns a module as unpacked by Go. One from before Go modules gets the go.mod that Go generates for it.
 */
function publishedModule(scratch: string, { name, version }: PublishedPackage): string {
  const downloaded = mustTool(scratch, 'go', 'mod', 'download', '-json', `${name}@${version}`);
  const { Dir, GoMod } = JSON.parse(downloaded) as { Dir: string; GoMod: string };
  cpSync(Dir, scratch, { recursive: true });
  execFileSync('chmod', ['-R', 'u+w', scratch]);
  if (!existsSync(join(scratch, 'go.mod'))) cpSync(GoMod, join(scratch, 'go.mod'));
  return scratch;
}

/** Replaces modules of the corpus that another one requires with their folders. */
function replaceSiblings(folder: string, name: string, modules: readonly PublishedPackage[]): void {
  const place = join(folder, moduleFolder(name));
  const text = readFileSync(join(place, 'go.mod'), 'utf8');
  const required = modules.filter(
    (one) => one.name !== name && new RegExp(`^\\s*(require )?${one.name} v`, 'm').test(text),
  );
  const edits = required.map(
    (one) => `-replace=${one.name}=${relative(place, join(folder, moduleFolder(one.name)))}`,
  );
  if (edits.length === 0 || edits.every((edit) => text.includes(edit.slice(edit.lastIndexOf('=') + 1))))
    return;
  mustTool(place, 'go', 'mod', 'edit', ...edits);
  mustTool(place, 'go', 'mod', 'tidy', '-e');
}

function hostTriple(folder: string): string {
  return /^host: (\S+)$/m.exec(mustTool(folder, 'rustc', '--version', '--verbose'))?.[1] ?? '';
}

export function write(folder: string, path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}
