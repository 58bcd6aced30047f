import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { UnitsRecord } from '@millwright/artifacts';
import { hostPlatform } from '@millwright/toolkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildCrates } from './build.js';
import { describeWith } from './manifests/tools.spec.helper.js';

const { platform } = hostPlatform();

describeWith(['cargo', 'rustc'], 'building crates without Nx', () => {
  let root: string;
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const manifest = (name: string, rest = '') =>
    `[package]\nname = "${name}"\nversion = "1.2.3"\nedition = "2021"\n${rest}`;

  beforeAll(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), 'cargo-build-')));
    write('Cargo.toml', '[workspace]\nmembers = ["crates/*"]\nresolver = "2"\n');
    write('crates/words/Cargo.toml', manifest('words', '[features]\nloud = []\n'));
    write(
      'crates/words/src/lib.rs',
      'pub fn word() -> &\'static str { if cfg!(feature = "loud") { "HELLO" } else { "hello" } }\n',
    );
    const dependency = '[dependencies]\nwords = { path = "../words" }\n';
    const features = '[features]\nloud = ["words/loud"]\n';
    const buildDependency = '[build-dependencies]\nhelper = { path = "../helper" }\n';
    write('crates/app/Cargo.toml', manifest('app', `${dependency}${buildDependency}${features}`));
    write('crates/app/build.rs', 'fn main() { helper::help(); }\n');
    write('crates/helper/Cargo.toml', manifest('helper'));
    write('crates/helper/src/lib.rs', 'pub fn help() {}\n');
    write('crates/other/Cargo.toml', manifest('other', dependency));
    write('crates/other/src/main.rs', 'fn main() { println!("{}", words::word().len()); }\n');
    write('crates/app/src/main.rs', 'fn main() { println!("{}", words::word()); }\n');
    write('crates/broken/Cargo.toml', manifest('broken'));
    write('crates/broken/src/main.rs', 'fn main() { let x: u32 = "text"; }\n');
  });
  afterAll(() => {
    rmSync(root, { recursive: true, force: true });
  });

  it('places artifacts with side files although another crate does not compile', async () => {
    const output: string[] = [];
    const [app, broken] = await buildCrates(root, [{ crate: 'crates/app' }, { crate: 'crates/broken' }], {
      onOutput: (text) => output.push(text),
    });
    expect(app).toMatchObject({ success: true, error: undefined, build: { crate: 'crates/app' } });
    const [artifact] = app?.artifacts ?? [];
    expect(artifact?.path).toBe(`artifacts/${platform}/app`);
    const path = join(root, artifact?.path ?? '');
    expect(execFileSync(path, { encoding: 'utf8' })).toBe('hello\n');
    expect(createHash('sha256').update(readFileSync(path)).digest('hex')).toBe(artifact?.sha256);
    expect(readFileSync(`${path}.version`, 'utf8')).toContain('1.2.3');
    expect(readFileSync(join(root, 'artifacts/checksums.json'), 'utf8')).toContain(artifact?.sha256 ?? '-');
    expect(broken).toMatchObject({ success: false, artifacts: [], error: { code: 'COMPILE_FAILED' } });
    expect(broken?.text).toContain('mismatched types');
    expect(output.join('')).toContain(`app, broken for ${platform}`);
  });

  it('records the same units and provenance for an artifact that is built alone and in a batch', async () => {
    const side = (ending: string) => readFileSync(join(root, `artifacts/${platform}/app${ending}`), 'utf8');
    await buildCrates(root, [{ crate: 'crates/app' }]);
    const alone = [side('.units.json'), side('.provenance.json')];
    rmSync(join(root, 'artifacts'), { recursive: true });
    await buildCrates(root, [{ crate: 'crates/other' }, { crate: 'crates/app' }]);
    expect([side('.units.json'), side('.provenance.json')]).toEqual(alone);
    const { units } = JSON.parse(alone[0] ?? '') as UnitsRecord;
    expect(units.map(({ name, path, kind, buildScript = false }) => [name, path, kind, buildScript])).toEqual(
      [
        ['app', 'crates/app', 'normal', true],
        ['helper', 'crates/helper', 'build', false],
        ['words', 'crates/words', 'normal', false],
      ],
    );
    expect(alone[1]).toContain('"folder": "crates/app"');
    expect(alone.join('')).not.toContain(root);
  });

  it('applies a configuration and options', async () => {
    const [app] = await buildCrates(root, [
      { crate: 'crates/app', configuration: 'dev', options: { features: ['loud'] } },
    ]);
    expect(app?.artifacts.map(({ path }) => path)).toEqual([`artifacts/dev/${platform}/app`]);
    expect(execFileSync(join(root, app?.artifacts[0]?.path ?? ''), { encoding: 'utf8' })).toBe('HELLO\n');
  });

  it('rejects a folder without a crate, and an invalid option', async () => {
    await expect(buildCrates(root, [{ crate: 'crates/none' }])).rejects.toMatchObject({
      code: 'CARGO_FAILED',
    });
    const wrong = { crate: 'crates/app', platform: 'linux/amd46' };
    await expect(buildCrates(root, [wrong])).rejects.toMatchObject({ code: 'OPTION_INVALID' });
  });
});
