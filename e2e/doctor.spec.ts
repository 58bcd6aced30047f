import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { hasRustup, manifest, Workspace } from './workspace.ts';

let workspace: Workspace;
beforeAll(() => {
  workspace = new Workspace(
    {
      'Cargo.toml': '[workspace]\nmembers = ["crates/*"]\nexclude = ["libxml"]\nresolver = "2"\n',
      // Named like a crate that links to a library that is not installed.
      'libxml/Cargo.toml': manifest('libxml'),
      'libxml/src/lib.rs': '',
      'crates/app/Cargo.toml': manifest(
        'app',
        '[features]\nxml = ["dep:libxml"]\n[dependencies]\nlibxml = { path = "../../libxml", optional = true }\n',
      ),
      'crates/app/src/main.rs': 'fn main() { println!("well"); }\n',
    },
    { platforms: ['linux/amd64', 'linux/arm64'] },
  );
});
afterAll(() => {
  workspace.remove();
});

/** A folder in which pkg-config finds nothing, regardless of the machine. */
const nowhere = { PKG_CONFIG_LIBDIR: '/nowhere' };

it('lists the prerequisites per platform, and succeeds if nothing is missing', () => {
  const { status, output } = workspace.nx(['run', 'app:doctor'], nowhere);
  expect(status, output).toBe(0);
  expect(output).toMatch(/✔ Rust +rustc \d+\.\d+\.\d+, cargo \d+\.\d+\.\d+/);
  expect(output).toMatch(/✔ linker for aarch64-unknown-linux-gnu +\S/);
  expect(output).toMatch(/✔ memory +\d+(\.\d)? [GM]iB free/);
  expect(output).toContain('nothing is missing');
});

it.skipIf(!hasRustup)(
  'reports a missing toolchain with the command that installs it (requires rustup)',
  () => {
    workspace.write('rust-toolchain.toml', '[toolchain]\nchannel = "1.0.0"\n');
    const { status, output } = workspace.nx(['run', 'app:doctor']);
    workspace.git('clean', '--quiet', '--force');
    expect(status).not.toBe(0);
    expect(output).toContain('help: rustup toolchain install 1.0.0');
  },
);

it('reports a missing native library by its Debian package, and the build fails before compiling', () => {
  workspace.write(
    'crates/app/Cargo.toml',
    workspace.read('crates/app/Cargo.toml').replace('[features]', '[features]\ndefault = ["xml"]'),
  );
  const { status, output } = workspace.nx(['run', 'app:doctor'], nowhere);
  expect(status).not.toBe(0);
  expect(output).toContain('libxml-2.0 (for libxml) not found');
  expect(output).toContain('help: apt-get install libxml2-dev pkg-config');
  expect(output).toContain('help: apt-get install libxml2-dev:arm64 pkg-config');

  const build = workspace.nx(['run', 'app:build-linux-amd64'], nowhere);
  workspace.git('checkout', '--quiet', '.');
  expect(build.status).not.toBe(0);
  expect(build.output).toContain('NATIVE_LIBRARY_MISSING');
  expect(build.output).toContain('apt-get install libxml2-dev pkg-config');
  const target = workspace.exists('target') ? readdirSync(workspace.path('target')) : [];
  expect(target).not.toContain('release');
});

it('checks the features that the build is configured with', () => {
  workspace.write(
    'crates/app/project.json',
    JSON.stringify({ targets: { 'build-linux-amd64': { options: { features: ['xml'] } } } }),
  );
  const { status, output } = workspace.nx(['run', 'app:doctor'], nowhere);
  workspace.git('clean', '--quiet', '--force');
  expect(status).not.toBe(0);
  expect(output).toContain('libraries for x86_64-unknown-linux-gnu   libxml-2.0 (for libxml) not found');
  expect(output).toContain('libraries for aarch64-unknown-linux-gnu  none needed');
});

it('says what builds infer from files, and names the file', () => {
  workspace.write('.sqlx/query-1.json', '{}');
  workspace.write('crates/app/all_features.sh', 'echo xml\n');
  workspace.git('add', '--intent-to-add', '--', '.sqlx', 'crates/app/all_features.sh');
  const findings = (env: Readonly<Record<string, string>> = {}) =>
    workspace.nx(['run', 'app:doctor'], { ...nowhere, ...env }).output;
  expect(findings()).toMatch(/· inferred +\.sqlx: 1 saved SQLx query; builds check queries offline/);
  const withDatabase = findings({ DATABASE_URL: 'postgres://localhost/mill' });
  expect(withDatabase).toMatch(/· inferred +\.sqlx: not used, because DATABASE_URL is set/);
  expect(withDatabase).toContain('crates/app/all_features.sh: may print features');
  workspace.git('rm', '--quiet', '--cached', '-r', '.sqlx', 'crates/app/all_features.sh');
  workspace.git('clean', '--quiet', '--force', '-d');
});

it('reports a configured linker that is not installed, and the build fails before compiling', () => {
  workspace.write(
    '.cargo/config.toml',
    '[target.x86_64-unknown-linux-gnu]\nlinker = "no-such-linker"\nrustflags = ["-C", "link-arg=-fuse-ld=no-such-ld"]\n',
  );
  const { status, output } = workspace.nx(['run', 'app:doctor']);
  expect(status).not.toBe(0);
  expect(output).toContain('no-such-linker and no-such-ld are not installed');
  const build = workspace.nx(['run', 'app:build-linux-amd64']);
  expect(build.output).toContain(
    'error[LINKER_MISSING]: the linkers no-such-linker and no-such-ld are not installed',
  );
  workspace.git('clean', '--quiet', '--force', '-d');
});

it.each<[string, string, Readonly<Record<string, string>>, string]>([
  ['a version that does not exist', 'libxml = { path = "../../libxml", version = "9" }', {}, 'libxml = "^9"'],
  ['a path that leads nowhere', 'gone = { path = "../gone" }', {}, 'crates/gone/Cargo.toml'],
  [
    'a package that cannot be downloaded',
    'no-such-package = "1"',
    { CARGO_NET_OFFLINE: 'true' },
    'no-such-package',
  ],
])('reports dependencies that cargo cannot fetch: %s', (_, dependency, env, part) => {
  workspace.write('crates/app/Cargo.toml', manifest('app', `[dependencies]\n${dependency}\n`));
  const { status, output } = workspace.nx(['run', 'app:doctor'], env);
  workspace.git('checkout', '--quiet', '.');
  expect(status, output).toBe(1);
  expect(output).toContain(part);
  expect(output).not.toContain('nothing is missing');
});

it('reports a prebuilt library that cannot be downloaded before compiling', () => {
  const other = new Workspace({
    'Cargo.toml': '[workspace]\nmembers = ["crates/*"]\nexclude = ["v8"]\nresolver = "2"\n',
    // Named like a crate that downloads a library.
    'v8/Cargo.toml': manifest('v8'),
    'v8/src/lib.rs': '',
    'crates/app/Cargo.toml': manifest('app', '[dependencies]\nv8 = { path = "../../v8" }\n'),
    'crates/app/src/main.rs': 'fn main() {}\n',
    'crates/other/Cargo.toml': manifest('other'),
    'crates/other/src/main.rs': 'fn main() {}\n',
  });
  try {
    const offline = { CARGO_NET_OFFLINE: 'true' };
    const refused = other.nx(['run', 'app:build'], offline);
    expect(refused.status).not.toBe(0);
    expect(refused.output).toContain('error[SOURCE_UNREACHABLE]: the prebuilt library of v8 0.1.0');
    expect(refused.output).toMatch(
      /librusty_v8_release_\S+\.a\.gz on another machine, and set RUSTY_V8_ARCHIVE/,
    );
    expect(other.nx(['run', 'other:build'], offline).status).toBe(0);
    expect(other.nx(['run', 'app:build'], { ...offline, RUSTY_V8_ARCHIVE: '/v8.a.gz' }).status).toBe(0);
  } finally {
    other.remove();
  }
});

const hasProtoc = spawnSync('protoc', ['--version']).status === 0;

it.skipIf(hasProtoc)(
  'requires protoc only if a build script contains the package that starts it (requires a machine without protoc)',
  () => {
    const other = new Workspace({
      'Cargo.toml': '[workspace]\nmembers = ["crates/*"]\nexclude = ["prost-build"]\nresolver = "2"\n',
      // Named like a crate that starts protoc.
      'prost-build/Cargo.toml': manifest('prost-build'),
      'prost-build/src/lib.rs': '',
      'crates/tool/Cargo.toml': manifest(
        'tool',
        '[dependencies]\nprost-build = { path = "../../prost-build" }\n',
      ),
      'crates/tool/build.rs': 'fn main() {}\n',
      'crates/tool/src/main.rs': 'fn main() {}\n',
      'crates/app/Cargo.toml': manifest(
        'app',
        '[build-dependencies]\nprost-build = { path = "../../prost-build" }\n',
      ),
      'crates/app/build.rs': 'fn main() {}\n',
      'crates/app/src/main.rs': 'fn main() {}\n',
    });
    try {
      const env = { PROTOC: undefined };
      const refused = other.nx(['run', 'app:build'], env);
      expect(refused.output).toContain('error[NATIVE_LIBRARY_MISSING]: protoc is not installed');
      expect(refused.status).not.toBe(0);
      const built = other.nx(['run', 'tool:build'], env);
      expect(built.status, built.output).toBe(0);
    } finally {
      other.remove();
    }
  },
);
