import { MillwrightError } from '@millwright/toolkit';
import { describe, expect, it } from 'vitest';
import { parseLockfile } from './lockfile.js';

const registry = 'registry+https://github.com/rust-lang/crates.io-index';
const git = 'git+https://example.org/x?branch=main';

function pack(name: string, version: string, rest = ''): string {
  return `[[package]]\nname = "${name}"\nversion = "${version}"\n${rest}\n`;
}

function errorOf(action: () => unknown): MillwrightError {
  try {
    action();
  } catch (error) {
    if (error instanceof MillwrightError) return error;
  }
  throw new Error('no MillwrightError was thrown');
}

/** The dependencies of the package `app`, as `name version source`. */
function dependenciesOfApp(text: string): string[] {
  const { packages } = parseLockfile(text, 'Cargo.lock');
  const app = packages.find(({ name }) => name === 'app');
  return (app?.dependencies ?? []).map((index) => {
    const found = packages[index];
    return [found?.name, found?.version, found?.source].filter(Boolean).join(' ');
  });
}

describe('parseLockfile resolves the dependencies of a package', () => {
  const two = pack('a', '1.0.0', `source = "${registry}"`) + pack('a', '2.0.0', `source = "${registry}"`);
  const twins =
    pack('a', '1.0.0') +
    pack('a', '1.0.0', `source = "${registry}"`) +
    pack('a', '1.0.0', `source = "${git}#abc"`);
  it.each([
    ['by name', pack('a', '1.0.0'), '"a"', ['a 1.0.0']],
    ['by name and version', two, '"a 2.0.0"', [`a 2.0.0 ${registry}`]],
    ['by name, version and source', twins, `"a 1.0.0 (${registry})"`, [`a 1.0.0 ${registry}`]],
    ['by a git source without its commit', twins, `"a 1.0.0 (${git})"`, [`a 1.0.0 ${git}#abc`]],
    ['by a git source with its commit (version 1)', twins, `"a 1.0.0 (${git}#abc)"`, [`a 1.0.0 ${git}#abc`]],
    ['as the folder where the source is left out', twins, '"a 1.0.0"', ['a 1.0.0']],
  ])('%s', (_, others, reference, expected) => {
    const text = `version = 4\n${pack('app', '0.1.0', `dependencies = [${reference}]`)}${others}`;
    expect(dependenciesOfApp(text)).toEqual(expected);
  });

  it('reads the checksums of format version 1, which are in a separate table', () => {
    const text = `${pack('a', '1.0.0', `source = "${registry}"`)}[metadata]\n"checksum a 1.0.0 (${registry})" = "ff"\n`;
    const { version, packages } = parseLockfile(text, 'Cargo.lock');
    expect({ version, checksum: packages[0]?.checksum }).toEqual({ version: 1, checksum: 'ff' });
  });
});

describe('parseLockfile rejects, naming file and line', () => {
  const app = pack('app', '0.1.0', 'dependencies = [\n "gone",\n]');
  it.each([
    ['a merge conflict', `version = 4\n<<<<<<< HEAD\n${app}`, 2, /contains a merge conflict/],
    ['a conflict in its middle', `version = 4\n\n=======\n`, 3, /contains a merge conflict/],
    ['what is not TOML', `version = 4\n[[package]\n`, 2, /not valid TOML/],
    [
      'a package without a version',
      `[[package]]\nname = "a"\n`,
      undefined,
      /entry number 1 has no name or no version/,
    ],
    [
      'a dependency of which there are several',
      `${pack('gone', '0.1.0')}${pack('gone', '0.2.0')}${app}`,
      13,
      /"gone" of the package "app"/,
    ],
    ['a dependency that is not there', `version = 4\n${app}`, 6, /"gone" of the package "app"/],
  ])('%s', (_, text, line, what) => {
    const error = errorOf(() => parseLockfile(text, 'back/Cargo.lock'));
    expect(error.code).toBe('LOCKFILE_INVALID');
    expect(error.what).toMatch(what);
    expect(error.location).toMatchObject({
      file: 'back/Cargo.lock',
      ...(line === undefined ? {} : { line }),
    });
  });
});
