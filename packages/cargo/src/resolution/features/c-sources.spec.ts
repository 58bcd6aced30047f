import { describe, expect, it } from 'vitest';
import { CSources } from './c-sources.js';

const locked = (packages: Readonly<Record<string, readonly string[]>>) =>
  Object.entries(packages)
    .map(([name, dependencies]) => {
      const list = dependencies.map((dependency) => ` "${dependency}",\n`).join('');
      return `[[package]]\nname = "${name}"\nversion = "1.0.0"\n${list === '' ? '' : `dependencies = [\n${list}]\n`}`;
    })
    .join('\n');

describe('CSources decides whether a build may compile C code', () => {
  it.each<[string, Readonly<Record<string, readonly string[]>> | undefined, string | undefined, boolean]>([
    ['pure Rust', { app: ['itoa'], itoa: [], other: ['cc'], cc: [] }, undefined, false],
    [
      'a package with cc',
      { app: ['zstd'], zstd: ['zstd-safe 7.0.0'], 'zstd-safe': ['cc'], cc: [] },
      undefined,
      true,
    ],
    ['a package named after C code', { app: ['gmp-mpfr-sys'], 'gmp-mpfr-sys': [] }, undefined, true],
    ['declarations of system calls', { app: ['linux-raw-sys'], 'linux-raw-sys': [] }, undefined, false],
    ['one of two versions', { app: ['a 2.0.0'], a: ['cc'], cc: [] }, undefined, true],
    ['a build script of its own', { app: [] }, 'app/build.rs', true],
    ['no lock file', undefined, undefined, true],
  ])('%s', (_, packages, buildScript, expected) => {
    const sources = new CSources(packages && locked(packages));
    const crate = { name: 'app', ...(buildScript === undefined ? {} : { buildScript }) };
    expect(sources.compilesC([crate])).toBe(expected);
  });
});
