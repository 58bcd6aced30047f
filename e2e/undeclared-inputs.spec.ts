import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { startCacheServer } from './cache-server.ts';
import { isolatedPlugins, manifest, outcomes, Workspace } from './workspace.ts';

const task = 'app:build-linux-amd64:release';

/** A macro that includes a file and reads a variable under computed names. */
const files = {
  'Cargo.toml': '[workspace]\nmembers = ["crates/*"]\nresolver = "2"\n',
  'crates/spy/Cargo.toml': manifest('spy', '[lib]\nproc-macro = true\n'),
  'crates/spy/src/lib.rs': `use proc_macro::TokenStream;
fn backwards(text: &str) -> String { text.chars().rev().collect() }
#[proc_macro]
pub fn hidden(_: TokenStream) -> TokenStream {
    let root = std::env::var("CARGO_MANIFEST_DIR").unwrap();
    let path = backwards("txt.neddih/atad/../..");
    let name = backwards("DROW_NEDDIH");
    format!("(include_str!(\\"{root}/{path}\\"), option_env!(\\"{name}\\").unwrap_or(\\"none\\"))").parse().unwrap()
}
`,
  'crates/app/Cargo.toml': manifest('app', '[dependencies]\nspy = { path = "../spy" }\n'),
  'crates/app/src/main.rs': 'fn main() { let (text, word) = spy::hidden!(); println!("{text} {word}"); }\n',
  'data/hidden.txt': 'one',
};

const made: Workspace[] = [];
const folders: string[] = [];
afterEach(() => {
  for (const workspace of made.splice(0)) workspace.remove();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A workspace, or a clone of one, with the hidden file in some state. */
class Clone {
  readonly workspace: Workspace;
  private readonly env: Readonly<Record<string, string | undefined>>;

  constructor(workspace: Workspace, env: Readonly<Record<string, string | undefined>>) {
    this.workspace = workspace;
    this.env = env;
    made.push(workspace);
  }

  another(env: Readonly<Record<string, string | undefined>> = this.env): Clone {
    return new Clone(this.workspace.clone(), env);
  }

  hide(text: string): this {
    this.workspace.write('data/hidden.txt', text);
    return this;
  }

  /** Builds; the first word is what the task came to, the rest is what the program then prints. */
  build(env: Readonly<Record<string, string>> = {}): string {
    const { status, output } = this.workspace.nx(['run', 'app:build'], { ...this.env, ...env });
    const artifact = 'artifacts/linux/amd64/app';
    if (status !== 0) {
      expect(output).toMatch(/CACHE_ENTRY_STALE[^]*data\/hidden\.txt[^]*same command/);
      const left = [
        '',
        '.sha256',
        '.version',
        '.metrics.json',
        '.inputs.json',
        '.units.json',
        '.provenance.json',
      ].filter((ending) => this.workspace.exists(`${artifact}${ending}`));
      expect(left).toEqual([]);
      expect(this.listed()).not.toContain('linux/amd64/app');
      return 'stale';
    }
    const printed = execFileSync(this.workspace.path(artifact), { encoding: 'utf8' }).trim();
    expect(this.listed()).toContain('linux/amd64/app');
    return `${outcomes(output)[task] ?? ''} ${printed}`;
  }

  private listed(): string {
    const path = 'artifacts/checksums.json';
    return this.workspace.exists(path) ? this.workspace.read(path) : '';
  }
}

describe('a crate that read an undeclared file', () => {
  it.each(['check', 'test'])('runs %s again once that file changes', (target) => {
    const clone = new Clone(new Workspace({ ...files }), {});
    clone.workspace.write(
      'crates/app/src/main.rs',
      `${files['crates/app/src/main.rs']}#[cfg(test)] mod tests { #[test] fn fits() { assert_ne!(spy::hidden!().0, "bad"); } }\n`,
    );
    const run = () => {
      const { status, output } = clone.workspace.nx(['run', `app:${target}`]);
      return status === 0
        ? outcomes(output)[`app:${target}`]
        : (/CACHE_ENTRY_STALE/.exec(output)?.[0] ?? 'failed');
    };
    const hideAndRun = (text: string) => {
      clone.hide(text);
      return run();
    };
    expect([run(), run()]).toEqual(['built', 'cached']);
    expect([hideAndRun('two'), run(), hideAndRun('one')]).toEqual(['built', 'cached', 'cached']);
    rmSync(clone.workspace.path('.nx'), { recursive: true });
    const outcome = target === 'test' ? 'failed' : 'built';
    expect([hideAndRun('bad'), run()]).toEqual(['CACHE_ENTRY_STALE', outcome]);
  });
});

describe('a result that depends on an undeclared file and variable', () => {
  it.each([
    ['processes of their own', isolatedPlugins],
    ["Nx's own process", {}],
    ['the daemon', { NX_DAEMON: 'true' }],
  ])('is restored only while both are unchanged, with plugins in %s', (_, env) => {
    const clone = new Clone(new Workspace(files), env);
    try {
      expect(clone.build()).toBe('built one none');
      expect(clone.build()).toBe('cached one none');
      expect(clone.hide('two').build()).toBe('built two none');
      expect(clone.hide('one').build()).toBe('cached one none');
      expect(clone.build({ HIDDEN_WORD: 'x' })).toBe('built one x');
      expect(clone.build({ HIDDEN_WORD: 'x' })).toBe('cached one x');
      expect(clone.hide('two').build()).toBe('cached two none');
    } finally {
      clone.workspace.nx(['reset', '--only-daemon']);
    }
  });

  it('is built again if the file has an older modification time, which Cargo considers unchanged', () => {
    const clone = new Clone(new Workspace({ ...files }), {});
    const old = new Date('2020-01-01');
    const keepTime = () => {
      utimesSync(clone.workspace.path('data/hidden.txt'), old, old);
    };
    keepTime();
    expect(clone.build()).toBe('built one none');
    clone.hide('two');
    keepTime();
    expect(clone.build()).toBe('built two none');
  });

  it('is detected as stale in a clone without recorded inputs', () => {
    const clone = new Clone(new Workspace({ ...files }), {});
    expect(clone.build()).toBe('built one none');
    rmSync(clone.workspace.path('.nx'), { recursive: true });
    expect([clone.hide('two').build(), clone.build(), clone.build()]).toEqual([
      'stale',
      'built two none',
      'cached two none',
    ]);
    rmSync(clone.workspace.path('.nx'), { recursive: true });
    expect([clone.build(), clone.hide('one').build()]).toEqual(['stale', 'cached one none']);
  });

  it.each<[string, string, ((shared: string) => Readonly<Record<string, string>>) | undefined]>([
    ['the cache that all clones of a machine share', 'stale', () => ({})],
    [
      // Clones that share the cache folder share the known inputs too.
      'folders that they share',
      'built three none',
      (shared) => ({
        NX_CACHE_DIRECTORY: join(shared, 'cache'),
        NX_WORKSPACE_DATA_DIRECTORY: join(shared, 'data'),
      }),
    ],
    ['a server', 'stale', undefined],
  ])('is restored in another clone from %s only if the inputs are the same', async (_, unknown, share) => {
    using server = share === undefined ? await startCacheServer() : undefined;
    const shared = mkdtempSync(join(tmpdir(), 'millwright-shared-'));
    folders.push(shared);
    // Clones that share a server share nothing else.
    const env = share?.(shared) ?? { ...server?.env, NX_CACHE_DIRECTORY: '.nx/own-cache' };
    const first = new Clone(new Workspace({ ...files }), env);
    expect(first.build()).toBe('built one none');
    const second = first.another();
    expect(second.build()).toBe('cached one none');
    // It knows the file from the restored record.
    expect(second.hide('two').build()).toBe('built two none');
    const third = first.another().hide('three');
    expect(third.build()).toBe(unknown);
    if (unknown === 'stale') expect(third.build()).toBe('built three none');
    expect(third.build()).toBe('cached three none');
    expect([third.hide('one').build(), third.hide('two').build()]).toEqual([
      'cached one none',
      'cached two none',
    ]);
  });
});
