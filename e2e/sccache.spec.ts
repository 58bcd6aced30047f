import { execFileSync, spawnSync } from 'node:child_process';
import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { manifest, Workspace } from './workspace.ts';

let workspace: Workspace;
const env = () => ({
  RUSTC_WRAPPER: undefined,
  SCCACHE_DIR: workspace.path('.nx/sccache'),
  SCCACHE_SERVER_PORT: '4229',
});

beforeAll(() => {
  workspace = new Workspace({
    'Cargo.toml':
      '[workspace]\nmembers = ["crates/*"]\nresolver = "2"\n[profile.release]\nincremental = true\n',
    'crates/word/Cargo.toml': manifest('word', '[lib]\nproc-macro = true\n'),
    'crates/word/src/lib.rs': `use proc_macro::TokenStream;
#[proc_macro]
pub fn word(_: TokenStream) -> TokenStream {
    let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/word.txt")).unwrap();
    format!("{text:?}").parse().unwrap()
}
`,
    'crates/word/word.txt': 'one',
    'crates/base/Cargo.toml': manifest('base', '[dependencies]\nword = { path = "../word" }\n'),
    'crates/base/src/lib.rs': "pub fn base() -> &'static str { word::word!() }\n",
    'crates/app/Cargo.toml': manifest('app', '[dependencies]\nbase = { path = "../base" }\n'),
    'crates/app/src/main.rs': 'fn main() { println!("{}", base::base()); }\n',
  });
});
afterAll(() => {
  execFileSync('sccache', ['--stop-server'], { env: { ...process.env, ...env() }, stdio: 'ignore' });
  workspace.remove();
});

const build = (configuration: string) => {
  rmSync(workspace.path('target'), { recursive: true, force: true });
  const { status, output } = workspace.nx(['run', `app:build:${configuration}`, '--skip-nx-cache'], env());
  expect(status, output).toBe(0);
  return output;
};
const printed = () => execFileSync(workspace.path('artifacts/linux/amd64/app'), { encoding: 'utf8' }).trim();

it('compiles release builds, including profiles with incremental compilation, and the hit rate is reported', () => {
  expect(build('release')).toContain('sccache 0 of 1 hits');
  expect(build('release')).toContain('sccache 1 of 1 hits');
  const metrics = JSON.parse(workspace.read('artifacts/linux/amd64/app.metrics.json')) as unknown;
  expect(metrics).toMatchObject({ cacheHits: 1, cacheMisses: 0 });
  expect(printed()).toBe('one');
});

it('misses if a file that a procedural macro reads has changed', () => {
  workspace.write('crates/word/word.txt', 'two');
  build('release');
  expect(printed()).toBe('two');
});

it("ignores a server at the TCP port, which can be another user's, and replaces one of its own that was killed", () => {
  const cache = workspace.path('.nx/cache-home');
  const own = { ...env(), SCCACHE_SERVER_PORT: undefined, XDG_CACHE_HOME: cache };
  const socket = join(cache, 'millwright/sccache/server.sock');
  const sccache = (command: string) =>
    execFileSync('sccache', [command], {
      env: { ...process.env, SCCACHE_SERVER_UDS: socket },
      encoding: 'utf8',
    });
  const compile = () => {
    rmSync(workspace.path('target'), { recursive: true, force: true });
    return workspace.nx(['run', 'app:build:release', '--skip-nx-cache'], own).output;
  };
  expect(compile()).toMatch(/sccache \d of 1 hits/);
  expect(statSync(socket).isSocket()).toBe(true);
  expect(sccache('--show-stats')).toMatch(/Compile requests +[1-9]/);
  sccache('--stop-server');
  // A killed server leaves its socket behind.
  const listen = `require('node:net').createServer().listen(process.argv[1], () => process.kill(process.pid, 'SIGKILL'))`;
  spawnSync(process.execPath, ['-e', listen, socket]);
  expect(statSync(socket).isSocket()).toBe(true);
  try {
    expect(compile()).toContain('sccache 1 of 1 hits');
  } finally {
    sccache('--stop-server');
  }
});

it('is not used for incremental development builds', () => {
  expect(build('dev')).not.toContain('sccache');
  expect(workspace.exists('target/debug/incremental')).toBe(true);
});
