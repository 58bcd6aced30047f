import { bin, lib, many, npm, pack, virtual, type Shape } from './shape.ts';

const noMember = 'because the Cargo workspace above neither includes nor excludes them';
const noName = 'because the package name is invalid, as in a template';
const noTarget = 'because the package has no target';

/** Manifests that are no projects or invalid: templates, fixtures, test crates, and files that are being edited. */
export const unusedManifests: readonly Shape[] = [
  {
    name: 'Tauri without a workspace of npm, whose package is no project',
    files: { 'package.json': npm('desktop'), ...bin('src-tauri', 'desktop') },
    projects: { desktop: 'src-tauri' },
  },
  {
    name: 'a fixture that is no TOML (bat)',
    files: {
      'Cargo.toml': pack('bat'),
      'src/main.rs': '',
      'tests/syntax-tests/source/TOML/Cargo.toml': '[package',
    },
    projects: { bat: '.' },
    prints: [
      'warning[MANIFEST_INVALID]: ',
      '--> tests/syntax-tests/source/TOML/Cargo.toml:1:',
      '"exclude": ["tests/syntax-tests/source/TOML/**"]',
    ],
  },
  {
    name: '264 test crates that are no members (cargo)',
    files: {
      'Cargo.toml': virtual('"crates/*"', 'exclude = ["target/"]\n'),
      ...lib('crates/cargo-util', 'cargo-util'),
      ...many(264, (index) => lib(`tests/testsuite/case${index}/in`, 'foo')),
    },
    projects: { 'cargo-workspace': '.', 'cargo-util': 'crates/cargo-util' },
    prints: ['264 crates are not projects', noMember, 'and 261 more', 'workspace.exclude in Cargo.toml'],
  },
  {
    name: 'test crates without sources, each a workspace of its own (cargo)',
    files: many(30, (index) => ({ [`tests/case${index}/Cargo.toml`]: pack('foo', '[workspace]\n') })),
    projects: {},
    prints: ['30 manifests are not projects', noTarget, 'and 27 more'],
  },
  {
    name: 'a crate above a workspace that does not list it (uv-trampoline, bevy, moon)',
    files: {
      'Cargo.toml': virtual('"crates/*"', 'exclude = ["crates/trampoline"]\n'),
      ...bin('crates/uv', 'uv'),
      ...bin('crates/trampoline', 'trampoline'),
      ...bin('examples/no_renderer', 'no_renderer'),
    },
    projects: { 'cargo-workspace': '.', uv: 'crates/uv', trampoline: 'crates/trampoline' },
    prints: ['1 crate is not a project', 'examples/no_renderer'],
  },
  {
    name: 'a template of cargo-generate',
    files: {
      'Cargo.toml': virtual('"app"', 'exclude = ["template"]\n'),
      ...bin('app', 'app'),
      ...bin('template', '{{project-name}}'),
    },
    projects: { 'cargo-workspace': '.', app: 'app' },
    prints: ['1 manifest is not a project', noName, 'template'],
  },
  {
    name: 'a template with conditions, which is no TOML',
    files: {
      ...bin('app', 'app'),
      'template/Cargo.toml': `${pack('new-app')}{% if async %}\n[workspace]\n{% endif %}\n`,
    },
    projects: { app: 'app' },
    prints: ['warning[MANIFEST_INVALID]: ', '--> template/Cargo.toml:5:'],
  },
  {
    name: 'a template of cargo-generate as the whole repository (knurling)',
    files: bin('.', '{{project-name}}'),
    projects: {},
    prints: ['1 manifest is not a project', noName, ': Cargo.toml.'],
  },
  {
    name: 'a folder of cookiecutter',
    files: {
      ...bin('{{cookiecutter.name}}', '{{cookiecutter.name}}'),
      ...lib('{{cookiecutter.dir}}', 'made'),
    },
    projects: { made: '{{cookiecutter.dir}}' },
    prints: [noName],
  },
  {
    name: 'hidden templates and examples (pyo3)',
    files: {
      'Cargo.toml': virtual('"."', 'exclude = ["examples"]\n[package]\nname = "pyo3"\nversion = "0.1.0"\n'),
      'src/lib.rs': '',
      ...lib('examples/maturin/.template', '{{project-name}}'),
      ...lib('examples/maturin', 'maturin-starter', '[workspace]\n'),
    },
    projects: { pyo3: '.', 'maturin-starter': 'examples/maturin' },
    prints: [noName],
  },
  {
    name: 'a name that is said to be inherited, which cargo does not allow',
    files: {
      'Cargo.toml': virtual('"a"', '[workspace.package]\nname = "a"\n'),
      'a/Cargo.toml': '[package]\nname.workspace = true\nversion = "0.1.0"\n',
      'a/src/lib.rs': '',
    },
    projects: {},
    prints: ['warning[MANIFEST_INVALID]: the package has no name', '--> a/Cargo.toml:1'],
  },
  {
    name: 'vendored crates (cargo vendor)',
    files: {
      'Cargo.toml': pack('app', '[dependencies]\nserde = "1"\n[workspace]\n'),
      'src/main.rs': '',
      '.cargo/config.toml': '[source.crates-io]\nreplace-with = "vendored-sources"\n',
      ...lib('vendor/serde', 'serde'),
      ...lib('vendor/itoa', 'itoa'),
      'vendor/serde/.cargo-checksum.json': '{"files":{}}',
    },
    projects: { app: '.' },
    prints: ['2 crates are not projects', 'vendor/itoa; vendor/serde'],
  },
  {
    name: 'a manifest that is broken while it is edited',
    files: { ...bin('app', 'app', 'dependencies = \n'), ...lib('other', 'other') },
    projects: { app: 'app', other: 'other' },
    prints: ['warning[MANIFEST_INVALID]: ', '--> app/Cargo.toml:5:'],
    invalid: ['app'],
  },
  {
    name: 'a workspace manifest that is broken while it is edited',
    files: { 'ws/Cargo.toml': '[workspace]\nmembers = ["a"\n', ...lib('ws/a', 'a'), ...lib('b', 'b') },
    projects: { a: 'ws/a', b: 'b' },
    prints: ['warning[MANIFEST_INVALID]: ', '--> ws/Cargo.toml:'],
    invalid: ['a'],
  },
  {
    name: 'sources of others with a mistake in one description',
    files: {
      'millwright.toml': '[sources.good]\n[sources.bad]\nlibs = "musl"\n',
      ...bin('good', 'one', '[workspace]\n'),
      ...bin('bad', 'two', '[workspace]\n'),
    },
    projects: { good: 'good', bad: 'bad' },
    prints: ['warning[OPTION_INVALID]: invalid options for sources.bad', '--> millwright.toml:3'],
    invalid: ['bad'],
  },
  {
    name: 'a fixture of a workspace whose members are not there (uv, cargo-deny)',
    files: {
      ...bin('app', 'app'),
      'tests/testdata/Cargo.toml': virtual('"crates/*", "cli"'),
      'tests/testdata/src/lib.rs': '',
    },
    projects: { app: 'app' },
  },
];
