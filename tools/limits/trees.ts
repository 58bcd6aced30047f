/** Inputs that are folders of files and links, made in the folder for temporary files. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { crateFiles } from '../../packages/cargo/dist/source-scan/crate-files.js';
import { filesAt, SourceFiles } from '../../packages/go/dist/source-scan/source-files.js';
import { diskFiles } from '../../packages/toolkit/dist/index.js';
import { DigestCache } from '../../packages/toolkit/dist/state/digest-cache.js';
import type { PathologicalInput } from './pathological-input.ts';

/** Makes files (a text) and links (where they lead to). @returns their folder, removed when the process ends */
function treeOf(entries: Iterable<readonly [path: string, text: string | { readonly to: string }]>): string {
  const folder = mkdtempSync(join(tmpdir(), 'limits-'));
  process.on('exit', () => {
    rmSync(folder, { recursive: true, force: true });
  });
  const made = new Set<string>();
  for (const [path, content] of entries) {
    const parent = dirname(path);
    if (!made.has(parent)) mkdirSync(join(folder, parent), { recursive: true });
    made.add(parent);
    if (typeof content === 'string') writeFileSync(join(folder, path), content);
    else symlinkSync(content.to, join(folder, path));
  }
  return folder;
}

const numbered = <Entry>(size: number, of: (index: number) => Entry) =>
  Array.from({ length: size }, (_, at) => of(at));

export const treeInputs: readonly PathologicalInput[] = [
  {
    name: 'links between folders that all link to each other',
    reader: 'files of a crate',
    size: 2_500,
    make: (n) => {
      const side = Math.round(Math.sqrt(n));
      const names = numbered(side, (at) => `f${at}`);
      const folder = treeOf(
        names.flatMap((name) =>
          names.map((other) => [`c/${name}/to-${other}`, { to: `../${other}` }] as const),
        ),
      );
      return () => crateFiles(folder, 'c');
    },
  },
  {
    name: 'links in a circle',
    reader: 'files of a crate',
    size: 5_000,
    make: (n) => {
      const folder = treeOf(numbered(n, (at) => [`c/l${at}`, { to: `l${(at + 1) % n}` }] as const));
      return () => crateFiles(folder, 'c');
    },
  },
  {
    name: 'links in a circle',
    reader: 'manifests on disk',
    size: 5_000,
    make: (n) => {
      const folder = treeOf(
        numbered(n, (at) => [`c${at}/Cargo.toml`, { to: `../c${(at + 1) % n}/Cargo.toml` }] as const),
      );
      const files = diskFiles(folder);
      return () => numbered(n, (at) => files.read(`c${at}/Cargo.toml`));
    },
  },
  {
    // A path has at most 4,096 bytes, so the depth itself cannot grow.
    name: 'folders within one another, 1,000 levels deep',
    reader: 'folders of a Go module',
    size: 2_000,
    make: (n) => {
      const path = (at: number) => `m/${Math.floor(at / 1_000)}/${'d/'.repeat(at % 1_000)}a.go`;
      const folder = treeOf(numbered(n, (at) => [path(at), 'package a\n'] as const));
      return () => new SourceFiles(folder, {}).foldersBelow('m');
    },
  },
  {
    name: 'files of one folder',
    reader: 'folders that cgo directives name',
    size: 20_000,
    make: (n) => {
      const folder = treeOf(numbered(n, (at) => [`inc/${at}.h`, ''] as const));
      return () => filesAt(folder, 'inc');
    },
  },
  {
    name: 'files of one folder',
    reader: 'digests of folders',
    size: 10_000,
    make: (n) => {
      const folder = treeOf(numbered(n, (at) => [`lib/${at}`, ''] as const));
      return () => new DigestCache(join(folder, 'none/digests.json')).digestFolder(join(folder, 'lib'));
    },
  },
];
