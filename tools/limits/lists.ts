/** Inputs of readers that are given more than one text, in memory. */
import { findModules } from '../../packages/cargo/dist/preflight/pkg-config.js';
import { readRepository } from '../../packages/cargo/dist/manifests/repository.js';
import { contentsOf } from '../../packages/artifacts/dist/image-check/image-contents.js';
import { readComposeFile } from '../../packages/compose/dist/manifests/compose-file.js';
import { stackOf } from '../../packages/compose/dist/manifests/stacks.js';
import { applyOverlay } from '../../packages/go/dist/openapi/bundling/overlay.js';
import { parseSource } from '../../packages/go/dist/openapi/document/source.js';
import { sliceOf } from '../../packages/go/dist/resolution/slice.js';
import { readPreamble } from '../../packages/go/dist/source-scan/cgo.js';
import { nativeFiles } from '../../packages/go/dist/source-scan/native-files.js';
import { libraryFiles } from '../../packages/go/dist/toolchain/library-files.js';
import { pathsInput } from '../../packages/toolkit/dist/files/globs.js';
import { nxNames } from '../../packages/toolkit/dist/project-names/npm-projects.js';
import { uniqueNames } from '../../packages/toolkit/dist/project-names/unique-names.js';
import type { PathologicalInput } from './pathological-input.ts';
import { times } from './text-input.ts';

const list = (size: number, of: (index: number) => string) => Array.from({ length: size }, (_, at) => of(at));

/** Files of a repository in memory. */
function filesOf(texts: ReadonlyMap<string, string>) {
  const folders = new Set([...texts.keys()].flatMap((path) => [path, path.replace(/\/[^/]*$/, '')]));
  return {
    read: (path: string) => texts.get(path),
    exists: (path: string) => folders.has(path),
    list: () => [],
  };
}

export const listInputs: readonly PathologicalInput[] = [
  {
    name: 'checksums in go.sum, and as many imports',
    reader: 'slices of Go modules',
    size: 20_000,
    make: (n) => {
      const require = list(n, (at) => `a.b/c${at}`).map((path) => ({
        path,
        version: 'v1.0.0',
        indirect: false,
      }));
      const mod = {
        module: 'm',
        go: '1.24',
        toolchain: undefined,
        godebug: [],
        require,
        replace: [],
        exclude: [],
      };
      const module = { root: 'm', mod, workspace: undefined } as unknown as Parameters<typeof sliceOf>[0];
      const repository = {
        modules: new Map([['m', module]]),
        workspaces: new Map(),
      } as unknown as Parameters<typeof sliceOf>[3];
      const sums = times(n, (at) => `a.b/c${at} v1.0.0 h1:x=\n`);
      const imports = list(n, (at) => `a.b/x${at}/pkg`);
      return () => sliceOf(module, imports, [], repository, () => sums);
    },
  },
  {
    name: 'as many folders of headers as includes',
    reader: 'C files of a Go package',
    size: 2_000,
    make: (n) => {
      const cgo = readPreamble(times(n, (at) => `#cgo CFLAGS: -Ih${at}\n#include "a${at}.h"\n`));
      const facts = {
        otherFilesIn: () => [],
        includes: () => undefined,
        filesAt: () => [],
        realPath: (path: string) => path,
      };
      const sources = new Map([['a.go', { cgo }]]) as unknown as Parameters<typeof nativeFiles>[0]['sources'];
      return () => nativeFiles({ folder: 'p', sources }, facts);
    },
  },
  {
    name: 'as many folders of libraries as libraries',
    reader: 'libraries of cgo directives',
    size: 2_000,
    make: (n) => {
      const asked = {
        packages: [],
        libraries: list(n, (at) => `l${at}`),
        folders: list(n, (at) => `/none${at}`),
      };
      return () => libraryFiles(asked, [], {});
    },
  },
  {
    name: 'variables that each name the one before twice',
    reader: 'pkg-config files',
    size: 20_000,
    make: (n) => {
      const text = `a0=x\n${times(n, (at) => `a${at + 1}=\${a${at}}\${a${at}}\n`)}Libs: \${a${n}}\n`;
      return () => findModules(['a'], ['/p'], { read: () => text });
    },
  },
  {
    name: 'crates, each a workspace',
    reader: 'workspaces of Cargo',
    size: 2_000,
    make: (n) => {
      const text = '[package]\nname = "a"\nversion = "1.0.0"\n[lib]\npath = "a.rs"\n[workspace]\n';
      const texts = new Map(list(n, (at) => `c${at}/Cargo.toml`).map((path) => [path, text]));
      return () => readRepository([...texts.keys()], filesOf(texts));
    },
  },
  {
    name: 'crates that each depend on the next',
    reader: 'workspaces of Cargo',
    size: 2_000,
    make: (n) => {
      const text = (at: number) =>
        `[package]\nname = "c${at}"\nversion = "1.0.0"\n[lib]\npath = "a.rs"\n[dependencies]\nc${at + 1} = { path = "../c${at + 1}" }\n`;
      const texts = new Map(list(n, (at) => `c${at}/Cargo.toml`).map((path, at) => [path, text(at)]));
      texts.set('Cargo.toml', '[workspace]\nmembers = ["c*"]\n');
      return () => readRepository([...texts.keys()], filesOf(texts));
    },
  },
  {
    name: 'patterns of workspaces, and as many packages',
    reader: "npm's workspaces",
    size: 2_000,
    make: (n) => {
      const texts = new Map(list(n, (at) => `p${at}/package.json`).map((path) => [path, '{"name":"x"}']));
      texts.set('package.json', JSON.stringify({ workspaces: list(n, (at) => `q${at}/*`) }));
      return () => nxNames([...texts.keys()], filesOf(texts), false);
    },
  },
  {
    name: 'equal names in manifests',
    reader: 'names of projects',
    size: 20_000,
    make: (n) => {
      const claims = list(n, (at) => `f${at}/x`).map(
        (folder) => ({ folder, origin: 'crate', name: 'x' }) as const,
      );
      return () => uniqueNames(claims);
    },
  },
  {
    name: 'equal names in manifests, in folders whose names are nearly equal',
    reader: 'names of projects',
    size: 20_000,
    make: (n) => {
      // Folders differ only in characters that a name cannot have.
      const folder = (at: number) => `b${at.toString(2).replaceAll('0', '!').replaceAll('1', '?')}c`;
      const claims = list(n, folder).map((path) => ({ folder: path, origin: 'crate', name: 'x' }) as const);
      return () => uniqueNames(claims);
    },
  },
  {
    name: 'dots within a brace that nothing closes',
    reader: "npm's workspaces",
    size: 500_000,
    make: (n) => {
      const texts = new Map([['package.json', JSON.stringify({ workspaces: [`{${'.'.repeat(n)}`] })]]);
      return () => nxNames([...texts.keys()], filesOf(texts), false);
    },
  },
  {
    name: 'files of one folder',
    reader: 'inputs of tasks',
    size: 50_000,
    make: (n) => {
      const paths = list(n, (at) => `a/${at}${at % 2 === 0 ? '' : '*'}`);
      return () => pathsInput(paths);
    },
  },
  {
    name: 'files that include the one before',
    reader: 'stacks',
    size: 2_000,
    make: (n) => {
      const files = list(n, (at) => `s/c${at}.yaml`).map((path, at) =>
        readComposeFile(path, `include: [c${at - 1}.yaml]\nservices: { a: { image: x } }\n`),
      );
      const byPath = new Map(files.map((file) => [file.path, file]));
      return () => stackOf(files, (path) => byPath.get(path));
    },
  },
  {
    name: 'loaders, and as many links to their folder',
    reader: 'images',
    size: 10_000,
    make: (n) => {
      const links = new Map(list(n, (at) => `l${at}`).map((link) => [link, 'lib'] as const));
      const files = list(n, (at) => `lib/ld-${at}.so`);
      return () =>
        contentsOf({
          files,
          folders: [],
          links,
          texts: new Map(),
          glibcVersions: new Map(),
          removed: [],
          emptied: [],
        });
    },
  },
  {
    name: 'links through one another',
    reader: 'images',
    size: 20_000,
    make: (n) => {
      const links = new Map(
        list(n, (at) => `lib${at}.so`).map((link, at) => [link, `lib${at + 1}.so`] as const),
      );
      return () =>
        contentsOf({
          files: [`lib${n}.so`],
          folders: [],
          links,
          texts: new Map(),
          glibcVersions: new Map(),
          removed: [],
          emptied: [],
        });
    },
  },
  {
    name: 'actions that each add to all that there is',
    reader: 'overlays',
    size: 1_000,
    make: (n) => {
      const actions = times(n, (at) => `- { target: "$..a", update: { k${at}: { a: {} } } }\n`);
      const overlay = parseSource('o.yaml', `overlay: 1.0.0\nactions:\n${actions}`);
      return () => {
        applyOverlay({ a: {} }, overlay);
      };
    },
  },
];
