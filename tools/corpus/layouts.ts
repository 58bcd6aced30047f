/**
 * Generates the layouts of real repositories that published packages lack: a package as a workspace member,
 * inside the folder of another, around the folder of another, as the replacement of the registry's, and
 * behind a symbolic link. In each, a small program depends on the package, and both are compared.
 */
import { existsSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type Corpus, crateFolder, type Layout, moduleFolder, type PublishedPackage } from './packages.ts';
import { layouts, type Subject } from './packages.ts';
import { bringCrate, bringModule, makeRepository, write } from './repository.ts';
import { mustTool } from './tool.ts';

/** The folders of the package and of the program that depends on it, relative to the layout. */
interface Places {
  readonly package: string;
  readonly program: string;
  /** The path at which the program finds the package, possibly a symbolic link. */
  readonly found: string;
}

const places: Readonly<Record<Layout, Places>> = {
  workspace: { package: 'lib', program: 'app', found: 'lib' },
  'within another': { package: 'deps/lib', program: '.', found: 'deps/lib' },
  'around another': { package: '.', program: 'nested', found: '.' },
  replacement: { package: 'fork', program: 'app', found: 'fork' },
  symlink: { package: 'real', program: 'app', found: 'link' },
};

/**
 * Downloads the packages for which layouts are generated, each in every layout, unless they are present.
 */
export function layOutAround(folder: string, corpus: Corpus, say: (line: string) => void): Subject[] {
  makeRepository(folder);
  const hasLayouts = ({ layouts: isSelected = false }: PublishedPackage) => isSelected;
  return layouts.flatMap((layout) => [
    ...corpus.crates.filter(hasLayouts).flatMap((one) => {
      const base = `${layout.replaceAll(' ', '-')}/${crateFolder(one.name)}`;
      bringCrate(folder, join(base, places[layout].package), one, say);
      link(join(folder, base), places[layout]);
      writeCrates(folder, base, layout, one);
      return subjects('crate', one, layout, base);
    }),
    ...corpus.modules.filter(hasLayouts).flatMap((one) => {
      const base = `${layout.replaceAll(' ', '-')}/${moduleFolder(one.name)}`;
      bringModule(folder, join(base, places[layout].package), one, say);
      link(join(folder, base), places[layout]);
      writeModules(join(folder, base), layout, one);
      return subjects('module', one, layout, base);
    }),
  ]);
}

function subjects(kind: Subject['kind'], one: PublishedPackage, layout: Layout, base: string): Subject[] {
  const { package: own, program } = places[layout];
  return [own, program].map((place) => ({ ...one, kind, layout, place: join(base, place) }));
}

function link(base: string, { package: own, found }: Places): void {
  if (found !== own && !existsSync(join(base, found))) symlinkSync(own, join(base, found));
}

/** Writes the manifests around a crate, and the program. */
function writeCrates(
  folder: string,
  base: string,
  layout: Layout,
  { name, version }: PublishedPackage,
): void {
  const { program, found } = places[layout];
  const path = relativeTo(program, found);
  const fromRegistry = layout === 'replacement';
  const dependency = fromRegistry ? `version = "=${version}"` : `path = "${path}"`;
  const own = [
    '[package]\nname = "app"\nversion = "0.1.0"\nedition = "2021"',
    ...(layout === 'workspace' ? [] : ['[workspace]']),
    `[dependencies]\nwanted = { package = "${name}", ${dependency} }`,
    ...(fromRegistry ? [`[patch.crates-io]\n${name} = { path = "${path}" }`] : []),
  ];
  write(folder, join(base, program, 'Cargo.toml'), `${own.join('\n')}\n`);
  write(folder, join(base, program, 'src/main.rs'), '#[allow(unused_imports)]\nuse wanted;\nfn main() {}\n');
  if (layout === 'workspace')
    write(folder, join(base, 'Cargo.toml'), '[workspace]\nmembers = ["lib", "app"]\nresolver = "2"\n');
}

/**
 * Writes the module files around a module, and the program. They are written once, because Go edits them.
 */
function writeModules(base: string, layout: Layout, { name, version }: PublishedPackage): void {
  const { program, found, package: own } = places[layout];
  const folder = join(base, program);
  if (existsSync(join(folder, 'main.go'))) return;
  write(folder, 'go.mod', `module example.org/app\n\ngo 1.24\n\nrequire ${name} ${version}\n`);
  write(folder, 'main.go', `package main\n\nimport _ "${importable(join(base, own))}"\n\nfunc main() {}\n`);
  if (layout === 'workspace') {
    mustTool(base, 'go', 'work', 'init', `./${own}`, `./${program}`);
  } else {
    mustTool(folder, 'go', 'mod', 'edit', `-replace=${name}=${relativeTo(program, found)}`);
    mustTool(folder, 'go', 'mod', 'tidy', '-e');
  }
}

/** Returns a package of a module that other modules can import. */
function importable(folder: string): string {
  const listed = mustTool(folder, 'go', 'list', '-f', '{{.Name}} {{.ImportPath}}', './...');
  const found = listed
    .split('\n')
    .map((line) => line.split(' '))
    .find(([name, path = '']) => name !== 'main' && !/\/internal(\/|$)/.test(path));
  if (found?.[1] === undefined) throw new Error(`${folder} has no package that can be imported`);
  return found[1];
}

/** Returns the relative path between folders of a layout in Go's syntax, which requires a leading dot. */
function relativeTo(from: string, to: string): string {
  const up =
    from === '.'
      ? '.'
      : from
          .split('/')
          .map(() => '..')
          .join('/');
  return to === '.' ? up : `${up}/${to}`;
}
