import { bin, goModule, lib, many, npm, pack, virtual, type Shape } from './shape.ts';

const onCore = 'tokenizers = { path = "../../core" }\n';

/** Where repositories have their crates, and how the projects are named. */
export const crateLayouts: readonly Shape[] = [
  {
    name: 'one crate (ripgrep without its members)',
    files: { 'Cargo.toml': pack('rg'), 'src/main.rs': '' },
    projects: { rg: '.' },
  },
  {
    name: 'Tauri in a workspace of npm',
    files: {
      'package.json': npm('apps', ',"workspaces":["apps/*"]'),
      'apps/desktop/package.json': npm('desktop'),
      ...bin('apps/desktop/src-tauri', 'desktop'),
    },
    projects: { desktop: 'apps/desktop', 'apps-desktop-src-tauri': 'apps/desktop/src-tauri' },
    prints: ['because the project in apps/desktop has the name desktop'],
  },
  {
    name: 'Tauri in a workspace of pnpm, with its name for Nx in package.json',
    files: {
      'package.json': npm('apps'),
      'pnpm-workspace.yaml': 'packages:\n  - "apps/*"\n',
      'apps/ui/package.json': npm('ui', ',"nx":{"name":"desktop"}'),
      ...bin('apps/ui/src-tauri', 'desktop'),
    },
    projects: { desktop: 'apps/ui', 'apps-ui-src-tauri': 'apps/ui/src-tauri' },
    prints: ['because the project in apps/ui has the name desktop'],
  },
  {
    name: 'two virtual workspaces in folders of the same name',
    files: {
      'a/rust/Cargo.toml': virtual('"*"'),
      ...lib('a/rust/x', 'x'),
      'b/rust/Cargo.toml': virtual('"*"'),
      ...lib('b/rust/y', 'y', '[dependencies]\nx = { path = "../../../a/rust/x" }\n'),
    },
    projects: { rust: 'a/rust', x: 'a/rust/x', 'b-rust': 'b/rust', y: 'b/rust/y' },
    edges: ['y -> x'],
    prints: ['b/rust is b-rust, because the project in a/rust has the name rust'],
  },
  {
    name: 'a workspace in a subfolder beside other languages (sentry, deno_std)',
    files: {
      'package.json': npm('site'),
      'native/Cargo.toml': virtual('"crates/*"'),
      ...lib('native/crates/core', 'core-lib'),
      ...bin('native/crates/cli', 'cli', '[dependencies]\ncore-lib = { path = "../core" }\n'),
      ...goModule('gateway', 'example.org/gateway'),
    },
    projects: {
      native: 'native',
      'core-lib': 'native/crates/core',
      cli: 'native/crates/cli',
      gateway: 'gateway',
    },
    edges: ['cli -> core-lib'],
  },
  {
    name: 'a virtual workspace at the root takes the name in package.json, if there is one',
    files: { 'package.json': npm('mill'), 'Cargo.toml': virtual('"a"'), ...lib('a', 'a') },
    projects: { mill: '.', a: 'a' },
  },
  {
    name: 'a crate that only another workspace builds as a dependency',
    files: {
      'Cargo.toml': virtual('"a"', 'exclude = ["b"]\n'),
      ...lib('a', 'a'),
      ...bin('b', 'b', '[dependencies]\nshared = { path = "../shared" }\n'),
      ...lib('shared', 'shared'),
    },
    projects: { 'cargo-workspace': '.', a: 'a', b: 'b', shared: 'shared' },
    edges: ['b -> shared'],
  },
  {
    name: 'crates in folders named target, build and dist',
    files: { ...lib('crates/target', 'target'), ...lib('crates/build', 'build'), ...lib('dist', 'dist') },
    projects: { target: 'crates/target', build: 'crates/build', dist: 'dist' },
  },
  {
    name: 'third-party sources with workspaces of their own, of which names come twice',
    files: {
      'Cargo.toml': virtual('"crates/*"', 'exclude = ["third_party"]\n'),
      ...lib('crates/proto', 'proto'),
      'third_party/up/Cargo.toml': virtual('"proto"'),
      ...lib('third_party/up/proto', 'proto'),
    },
    projects: {
      'cargo-workspace': '.',
      proto: 'crates/proto',
      up: 'third_party/up',
      'third_party-up-proto': 'third_party/up/proto',
    },
    prints: [
      'third_party/up/proto is third_party-up-proto, because the project in crates/proto has the name proto',
    ],
  },
  {
    name: 'a whole checkout within another (git worktree)',
    files: {
      'Cargo.toml': virtual('"app"'),
      ...bin('app', 'app'),
      'worktrees/fix/Cargo.toml': virtual('"app"'),
      ...bin('worktrees/fix/app', 'app'),
      'worktrees/fix/.git': 'gitdir: ../../.git/worktrees/fix\n',
    },
    projects: {
      'cargo-workspace': '.',
      app: 'app',
      fix: 'worktrees/fix',
      'worktrees-fix-app': 'worktrees/fix/app',
    },
    prints: ['worktrees/fix/app is worktrees-fix-app'],
  },
  {
    name: 'fourteen migrations of the same name (sea-orm)',
    files: many(14, (index) => lib(`examples/ex${String(index).padStart(2, '0')}/migration`, 'migration')),
    projects: Object.fromEntries(
      Array.from({ length: 14 }, (_, index) => {
        const root = `examples/ex${String(index).padStart(2, '0')}/migration`;
        return [index === 0 ? 'migration' : root.replaceAll('/', '-'), root];
      }),
    ),
    prints: ['examples/ex01/migration is examples-ex01-migration', 'and 10 more'],
  },
  {
    name: 'a fuzz crate within a crate (cargo-fuzz)',
    files: {
      'Cargo.toml': pack('parser', '[workspace]\nmembers = ["."]\n'),
      'src/lib.rs': '',
      'fuzz/Cargo.toml': pack('parser-fuzz', '[workspace]\n[dependencies]\nparser = { path = ".." }\n'),
      'fuzz/src/main.rs': '',
    },
    projects: { parser: '.', 'parser-fuzz': 'fuzz' },
    edges: ['parser-fuzz -> parser'],
  },
  {
    name: 'crates without a workspace, side by side (embassy)',
    files: { ...lib('stm32', 'hal'), ...lib('nrf', 'hal-nrf'), ...bin('examples/stm32', 'blinky') },
    projects: { hal: 'stm32', 'hal-nrf': 'nrf', blinky: 'examples/stm32' },
  },
  {
    name: 'a crate that points at its workspace (package.workspace)',
    files: {
      'ws/Cargo.toml': virtual('"../crate"'),
      ...lib('crate', 'apart', 'workspace = "../ws"\n'),
    },
    projects: { ws: 'ws', apart: 'crate' },
  },
  {
    name: 'tasks in a crate (xtask), and a folder that only configures cargo',
    files: {
      'Cargo.toml': virtual('"xtask", "app"'),
      '.cargo/config.toml': '[alias]\nxtask = "run --package xtask --"\n',
      'tools/.cargo/config.toml': '[build]\n',
      ...bin('xtask', 'xtask'),
      ...bin('app', 'app'),
    },
    projects: { 'cargo-workspace': '.', xtask: 'xtask', app: 'app' },
  },
  {
    name: 'crates in packages of npm (napi)',
    files: {
      'package.json': npm('bindings', ',"workspaces":["packages/*"]'),
      'packages/native/package.json': npm('@scope/native'),
      ...lib('packages/native', 'native', '[lib]\ncrate-type = ["cdylib"]\n'),
      'packages/native/npm/linux-x64-gnu/package.json': npm('@scope/native-linux-x64-gnu'),
    },
    projects: { '@scope/native': 'packages/native' },
  },
  {
    name: 'a crate with the package that wasm-pack writes',
    files: {
      'package.json': npm('web', ',"workspaces":["www"]'),
      'www/package.json': npm('www'),
      ...lib('engine', 'engine', '[lib]\ncrate-type = ["cdylib", "rlib"]\n'),
      'engine/pkg/package.json': npm('engine'),
    },
    projects: { www: 'www', engine: 'engine' },
  },
  {
    name: 'bindings for Python and Node with workspaces of their own (tokenizers)',
    files: {
      ...lib('core', 'tokenizers'),
      ...lib('bindings/python', 'tokenizers-python', `[workspace]\n[dependencies]\n${onCore}`),
      'bindings/python/pyproject.toml': '[build-system]\nbuild-backend = "maturin"\n',
      ...lib('bindings/node', 'node', `[workspace]\n[dependencies]\n${onCore}`),
      'bindings/node/package.json': npm('tokenizers'),
    },
    projects: { tokenizers: 'core', 'tokenizers-python': 'bindings/python', node: 'bindings/node' },
    edges: ['node -> tokenizers', 'tokenizers-python -> tokenizers'],
  },
  {
    name: 'boards that are members, each with a configuration for cargo (tock)',
    files: {
      'Cargo.toml': virtual('"boards/*", "kernel"'),
      ...lib('kernel', 'kernel'),
      ...Object.fromEntries(
        ['one', 'two'].flatMap((board) => [
          ...Object.entries(
            bin(`boards/${board}`, board, '[dependencies]\nkernel = { path = "../../kernel" }\n'),
          ),
          [`boards/${board}/.cargo/config.toml`, '[build]\ntarget = "thumbv7em-none-eabi"\n'],
        ]),
      ),
    },
    projects: { 'cargo-workspace': '.', kernel: 'kernel', one: 'boards/one', two: 'boards/two' },
    edges: ['one -> kernel', 'two -> kernel'],
  },
  {
    name: 'manifests of Windows, with a byte order mark, of TOML 1.1 and of old',
    files: {
      'a/Cargo.toml': pack('a').replaceAll('\n', '\r\n'),
      'b/Cargo.toml': `\uFEFF${pack('b')}`,
      'c/Cargo.toml': pack('c', '[dependencies]\nx = {\n  version = "1",\n}\n'),
      'd/Cargo.toml': pack('d').replace('[package]', '[project]'),
      ...Object.fromEntries(['a', 'b', 'c', 'd'].map((root) => [`${root}/src/lib.rs`, ''])),
    },
    projects: { a: 'a', b: 'b', c: 'c', d: 'd' },
  },
  {
    name: 'names that Nx finds in every object',
    files: { ...lib('a', 'constructor'), ...lib('b', 'hasOwnProperty') },
    projects: { 'constructor-crate': 'a', 'hasOwnProperty-crate': 'b' },
    prints: ['Nx cannot use the name constructor'],
  },
  {
    name: 'a project.json that names a crate, with a comment in it',
    files: {
      ...lib('a', 'core'),
      'a/project.json': '{\n  // ours\n  "name": "kernel",\n}',
      ...lib('b', 'kernel'),
    },
    projects: { kernel: 'a', 'kernel-crate': 'b' },
    prints: ['b is kernel-crate, because the project in a has the name kernel'],
  },
];
