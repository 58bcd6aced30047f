import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { hasRustup, manifest, outcomes, Workspace } from './workspace.ts';

/** Third-party sources with the tags v0 and v1, and a repository that contains them as a submodule. */
let upstream: Workspace;
let ours: Workspace;
let clones: string;
/** The first commit of `ours` with the submodule, which is at v1. */
let start: string;

const description = `
[sources.mill]
platforms = ["linux/amd64"]

[sources.mill.crates.server]
name = "mill-server"
options = { defaultFeatures = false, installTo = "vendor/mill/mill-server" }
configurations.fine = { features = ["fine"] }
validate = { args = [], prints = "whole" }
`;
const server = (rest: string) =>
  manifest('server', `[features]\ndefault = ["coarse"]\ncoarse = []\nfine = []\n${rest}`);
const protocol = ['-c', 'protocol.file.allow=always'];

beforeAll(() => {
  upstream = new Workspace({
    'Cargo.toml': '[workspace]\nmembers = ["server", "sieve", "stone"]\nresolver = "2"\n',
    'sieve/Cargo.toml': manifest('sieve'),
    'sieve/src/main.rs': 'fn main() {}\n',
    'server/Cargo.toml': server('[dependencies]\nstone = { path = "../stone" }\n'),
    'server/src/main.rs': `fn main() {
    let grain = if cfg!(feature = "fine") { "fine" } else if cfg!(feature = "coarse") { "coarse" } else { "whole" };
    println!("{grain} {}", stone::turns());
}
`,
    'stone/Cargo.toml': manifest('stone'),
    'stone/src/lib.rs': 'pub fn turns() -> u8 { 1 }\n',
  });
  upstream.git('tag', 'v0');
  upstream.commit();
  upstream.git('tag', 'v1');
  ours = new Workspace({ 'vendor/millwright.toml': description }, { platforms: ['linux/amd64'] });
  ours.git(...protocol, 'submodule', '--quiet', 'add', upstream.folder, 'vendor/mill');
  ours.git('config', '--file', '.gitmodules', 'submodule.vendor/mill.update', 'none');
  ours.commit();
  start = ours.git('rev-parse', 'HEAD').trim();
  clones = mkdtempSync(join(tmpdir(), 'millwright-e2e-clones-'));
});
afterEach(() => {
  upstream.git('reset', '--quiet', '--hard', 'v1');
  ours.git('reset', '--quiet', '--hard', start);
  ours.git('clean', '--quiet', '-fd');
  inSubmodule('checkout', '--quiet', '--force', 'v1');
  inSubmodule('clean', '--quiet', '-fd');
  for (const { folder } of [upstream, { folder: ours.path('vendor/mill') }])
    if (git(folder, 'tag', '--list', 'v2') !== '') git(folder, 'tag', '--delete', 'v2');
});
afterAll(() => {
  for (const workspace of [upstream, ours]) workspace.remove();
  rmSync(clones, { recursive: true, force: true });
});

function git(folder: string, ...args: readonly string[]): string {
  const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@example.org'];
  return execFileSync('git', [...identity, ...args], { cwd: folder, encoding: 'utf8' }).trim();
}
const inSubmodule = (...args: readonly string[]) => git(ours.path('vendor/mill'), ...args);
const printed = (path: string) => execFileSync(ours.path(path), { encoding: 'utf8' }).trim();

it('builds vendored crates with the names and options of millwright.toml', () => {
  const { status, output } = ours.nx(['run', 'mill-server:build']);
  expect(status, output).toBe(0);
  expect(printed('artifacts/linux/amd64/server')).toBe('whole 1');
  expect(printed('vendor/mill/mill-server')).toBe('whole 1');
});

it('validates built binaries by their format and output', () => {
  const good = ours.nx(['run', 'mill-server:validate']);
  expect(good.status, good.output).toBe(0);
  expect(good.output).toMatch(/vendor\/mill\/mill-server: elf, glibc \S+, prints "whole 1"/);
  const bad = ours.nx(['run', 'mill-server:validate:fine']);
  expect(bad.status).not.toBe(0);
  expect(bad.output).toContain(
    'error[BINARY_INVALID]: artifacts/fine/linux/amd64/server failed validation for linux/amd64',
  );
  expect(bad.output).toContain('it printed "fine 1" instead of "whole"');
});

it('has the configurations that millwright.toml adds', () => {
  const { status, output } = ours.nx(['run', 'mill-server:build:fine']);
  expect(status, output).toBe(0);
  expect(printed('artifacts/fine/linux/amd64/server')).toBe('fine 1');
  expect(outcomes(ours.nx(['run', 'mill-server:build:fine']).output)).toMatchObject({
    'mill-server:build-linux-amd64:fine': 'cached',
  });
});

it('a changed option rebuilds the crate', () => {
  ours.write('vendor/millwright.toml', description.replace('["fine"]', '["fine", "coarse"]'));
  expect(outcomes(ours.nx(['run', 'mill-server:build:fine']).output)).toMatchObject({
    'mill-server:build-linux-amd64:fine': 'built',
  });
});

it('a changed millwright.toml affects its crates, and rebuilds only those whose options changed', () => {
  ours.nx(['run-many', '--target=build']);
  ours.write('vendor/millwright.toml', description.replace('{ defaultFeatures = false,', '{'));
  const { output } = ours.nx(['affected', '--target=build', '--base=HEAD']);
  expect(outcomes(output)).toMatchObject({
    'mill-server:build-linux-amd64:release': 'built',
    'sieve:build-linux-amd64:release': 'cached',
  });
  expect(printed('artifacts/linux/amd64/server')).toBe('coarse 1');
});

it('a change in one crate rebuilds only its dependents in the submodule', () => {
  ours.nx(['run-many', '--target=build']);
  ours.write('vendor/mill/stone/src/lib.rs', 'pub fn turns() -> u8 { 7 }\n');
  ours.write('vendor/mill/NEWS', 'a file of no crate\n');
  const { output } = ours.nx(['run-many', '--target=build']);
  expect(outcomes(output), output).toMatchObject({
    'mill-server:build-linux-amd64:release': 'built',
    'sieve:build-linux-amd64:release': 'cached',
  });
  expect(printed('artifacts/linux/amd64/server')).toBe('whole 7');
});

it('a new commit of the submodule affects its crates', () => {
  inSubmodule('commit', '--quiet', '--allow-empty', '--message', 'x');
  ours.git('commit', '--quiet', '--all', '--message', 'A bump');
  const { output } = ours.nx(['show', 'projects', '--affected', '--base=HEAD~1', '--withTarget=build']);
  expect(output.trim().split('\n').sort()).toEqual(['mill-server', 'sieve']);
});

it('update records the crates, reports the changes of the new tag, stages the submodule and builds', () => {
  const recorded = ours.nx(['run', 'mill:update', '--no-build']);
  expect(recorded.status, recorded.output).toBe(0);
  expect(JSON.parse(ours.read('vendor/mill.crates.json'))).toMatchObject({
    commit: upstream.git('rev-parse', 'v1').trim(),
    crates: [{ name: 'mill-server', dependsOn: ['stone'] }, { name: 'sieve' }, { name: 'stone' }],
  });
  ours.commit();

  upstream.write('stone/src/lib.rs', 'pub fn turns() -> u8 { 2 }\n');
  upstream.write('openapi.yaml', 'openapi: 3.0.3\npaths: { /turns: { get: {} } }\n');
  upstream.write('grain/Cargo.toml', manifest('grain'));
  upstream.write('grain/src/lib.rs', '');
  upstream.write(
    'Cargo.toml',
    '[workspace]\nmembers = ["server", "sieve", "stone", "grain"]\nresolver = "2"\n',
  );
  upstream.write('stone/Cargo.toml', manifest('stone', '[features]\nfast = []\n'));
  upstream.cargo('generate-lockfile', '--offline');
  upstream.commit();
  upstream.git('tag', 'v2');

  const { status, output } = ours.nx(['run', 'mill:update', '--to=v2'], {
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'protocol.file.allow',
    GIT_CONFIG_VALUE_0: 'always',
  });
  expect(status, output).toBe(0);
  expect(output).toContain('vendor/mill: v1 -> v2');
  expect(output).toContain('crates: +grain');
  expect(output).toContain('features of stone: +fast');
  expect(output).toContain('operations of openapi.yaml: 1 new, 1 in all');
  expect(printed('artifacts/linux/amd64/server')).toBe('whole 2');
  expect(ours.git('diff', '--cached', '--name-only').trim().split('\n')).toEqual([
    'vendor/mill',
    'vendor/mill.crates.json',
  ]);
});

it('update rejects an unknown revision, and local changes that would be lost', () => {
  const unknown = ours.nx(['run', 'mill:update', '--to=v3']);
  expect(unknown.status).not.toBe(0);
  expect(unknown.output).toContain('error[REVISION_UNKNOWN]: the revision v3 exists neither in');
  ours.write('vendor/mill/stone/src/lib.rs', 'pub fn turns() -> u8 { 3 }\n');
  const modified = ours.nx(['run', 'mill:update', '--to=v0']);
  expect(modified.status).not.toBe(0);
  expect(modified.output).toContain('SOURCES_MODIFIED');
});

it('a clone without the sources shows placeholder projects, and the command that they name fetches the sources', () => {
  expect(ours.nx(['run', 'mill:update', '--no-build']).status).toBe(0);
  ours.commit();
  const clone = join(clones, 'without');
  execFileSync('git', ['clone', '--quiet', '--recurse-submodules', ours.folder, clone]);
  execFileSync('ln', ['-s', ours.path('node_modules'), join(clone, 'node_modules')]);
  const here = Object.assign(Object.create(ours) as Workspace, { folder: clone });
  expect(here.nx(['show', 'projects']).output.trim().split('\n').sort()).toEqual([
    'mill',
    'mill-server',
    'sieve',
    'stone',
  ]);
  const graph = here.nx(['graph', '--file=graph.json']);
  expect(graph.status, graph.output).toBe(0);
  const { graph: drawn } = JSON.parse(here.read('graph.json')) as {
    graph: { dependencies: Record<string, { target: string }[]> };
  };
  expect(drawn.dependencies['mill-server']?.map(({ target }) => target)).toEqual(['stone']);
  const { status, output } = here.nx(['run', 'mill-server:build:fine']);
  expect(status).not.toBe(0);
  expect(output).toContain('error[SOURCES_MISSING]: the vendored sources in vendor/mill are not checked out');
  expect(output).toContain('git submodule update --init --checkout -- vendor/mill');

  git(clone, ...protocol, 'submodule', '--quiet', 'update', '--init', '--checkout', 'vendor/mill');
  const built = here.nx(['run', 'mill-server:build']);
  expect(built.status, built.output).toBe(0);
  expect(here.exists('artifacts/linux/amd64/server')).toBe(true);
});

it('clean removes build outputs', () => {
  ours.nx(['run', 'mill-server:build']);
  const { status, output } = ours.nx(['run', 'mill-server:clean']);
  expect(status, output).toBe(0);
  for (const path of ['artifacts/linux/amd64/server', 'vendor/mill/mill-server', 'vendor/mill/target'])
    expect(ours.exists(path), path).toBe(false);
  expect(ours.read('artifacts/checksums.json')).not.toContain('linux/amd64/server"');
  expect(ours.nx(['run', 'mill-server:clean']).output).toContain('there was nothing to remove');
});

it('reports every unreachable git source', () => {
  const commit = '0123456789abcdef0123456789abcdef01234567';
  const locked = ['first', 'second'].map(
    (name) =>
      `[[package]]\nname = "${name}"\nversion = "1.0.0"\nsource = "git+file:///nowhere/${name}?rev=${commit}#${commit}"\n`,
  );
  const lock = [
    'version = 4\n',
    locked[0],
    locked[1],
    '[[package]]\nname = "far"\nversion = "0.1.0"\ndependencies = [\n "first",\n "second",\n]\n',
  ].join('\n');
  const dependencies = ['first', 'second']
    .map((name) => `${name} = { git = "file:///nowhere/${name}", rev = "${commit}" }\n`)
    .join('');
  ours.write('far/Cargo.toml', manifest('far', `[dependencies]\n${dependencies}`));
  ours.write('far/src/main.rs', 'fn main() {}\n');
  ours.write('far/Cargo.lock', lock);
  const { status, output } = ours.nx(['run', 'far:build'], { CARGO_NET_RETRY: '0' });
  expect(status).not.toBe(0);
  expect(output).toContain('error[SOURCE_UNREACHABLE]: cannot reach 2 of 2 Git sources in Cargo.lock');
  expect(output).toContain('file:///nowhere/first at 0123456789ab (first)');
  expect(output).toContain('file:///nowhere/second at 0123456789ab (second)');
  const doctor = ours.nx(['run', 'far:doctor'], { CARGO_NET_RETRY: '0' });
  expect(doctor.status).not.toBe(0);
  expect(doctor.output).toMatch(/✖ git sources +cannot reach 2 of 2 Git sources in Cargo.lock/);
});

// Debian's cargo cannot read a Git source: it is linked to another libgit2 than it was written for.
it.skipIf(!hasRustup)('builds from a mirror of an unreachable host (requires rustup)', () => {
  const mirror = join(clones, 'mirrored');
  mkdirSync(join(mirror, 'src'), { recursive: true });
  writeFileSync(join(mirror, 'Cargo.toml'), manifest('mirrored'));
  writeFileSync(join(mirror, 'src/lib.rs'), 'pub fn here() -> &\'static str { "mirrored" }\n');
  git(mirror, 'init', '--quiet');
  git(mirror, 'add', '--all');
  git(mirror, 'commit', '--quiet', '--message', mirror);
  const commit = git(mirror, 'rev-parse', 'HEAD');
  const url = 'https://git.invalid/mirrored';
  ours.write(
    'near/Cargo.toml',
    manifest('near', `[dependencies]\nmirrored = { git = "${url}", rev = "${commit}" }\n`),
  );
  ours.write('near/src/main.rs', 'fn main() { println!("{}", mirrored::here()); }\n');
  ours.write(
    'near/Cargo.lock',
    `version = 4\n\n[[package]]\nname = "mirrored"\nversion = "0.1.0"\nsource = "git+${url}?rev=${commit}#${commit}"\n\n[[package]]\nname = "near"\nversion = "0.1.0"\ndependencies = [\n "mirrored",\n]\n`,
  );
  const instead = {
    CARGO_NET_RETRY: '0',
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: `url.file://${mirror}.insteadOf`,
    GIT_CONFIG_VALUE_0: url,
  };
  const alone = ours.nx(['run', 'near:build'], { CARGO_NET_RETRY: '0' });
  expect(alone.output).toContain('error[SOURCE_UNREACHABLE]: cannot reach 1 of 1 Git sources in Cargo.lock');
  const hinted = ours.nx(['run', 'near:build'], instead);
  expect(hinted.output).toContain('the git command reaches the source');
  expect(hinted.output).toContain('CARGO_NET_GIT_FETCH_WITH_CLI=true');
  const { status, output } = ours.nx(['run', 'near:build'], {
    ...instead,
    CARGO_NET_GIT_FETCH_WITH_CLI: 'true',
  });
  expect(status, output).toBe(0);
  expect(printed('artifacts/linux/amd64/near')).toBe('mirrored');
});
