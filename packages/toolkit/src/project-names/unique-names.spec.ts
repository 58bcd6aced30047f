import { describe, expect, it, vi } from 'vitest';
import { asProjectName, type NameClaim, type NameOrigin, uniqueNames } from './unique-names.js';

/** Parses claims of the form `folder: origin name`. */
function claims(...lines: readonly string[]): NameClaim[] {
  return lines.map((line) => {
    const [, folder = '', origin, name = ''] = /^(.+): (\w+) (.+)$/.exec(line) ?? [];
    return { folder, origin: origin as NameOrigin, name };
  });
}

function names(...lines: readonly string[]): Record<string, string> {
  return Object.fromEntries([...uniqueNames(claims(...lines))].map(([folder, { name }]) => [folder, name]));
}

describe('every project gets its preferred name, unless another one has it', () => {
  it.each<[string, string[], Record<string, string>]>([
    ['a crate alone', ['crates/a: crate tool'], { 'crates/a': 'tool' }],
    [
      'a crate named like an npm project',
      ['apps/desktop: nx desktop', 'apps/desktop/src-tauri: crate desktop'],
      { 'apps/desktop': 'desktop', 'apps/desktop/src-tauri': 'apps-desktop-src-tauri' },
    ],
    [
      'virtual workspaces in folders of the same name',
      ['a/rust: workspace rust', 'b/rust: workspace rust'],
      { 'a/rust': 'rust', 'b/rust': 'b-rust' },
    ],
    [
      'stacks in folders of the same name at different depths',
      ['a/b/docker: stack docker', 'z/docker: stack docker'],
      { 'z/docker': 'docker', 'a/b/docker': 'a-b-docker' },
    ],
    [
      'a crate in a hidden folder, which is often disused (Theseus)',
      ['apps/.old/hello: crate hello', 'apps/.hello: crate hello', 'apps/new/hello: crate hello'],
      { 'apps/new/hello': 'hello', 'apps/.hello': 'apps-.hello', 'apps/.old/hello': 'apps-.old-hello' },
    ],
    [
      'a stack, a module and a crate with the same name',
      ['stacks/mill: stack mill', 'go/mill: module mill', 'deep/rust/mill: crate mill'],
      { 'deep/rust/mill': 'mill', 'go/mill': 'go-mill', 'stacks/mill': 'stacks-mill' },
    ],
    [
      'folders directly below the root, whose path equals the name',
      ['.: nx mill', 'mill: crate mill', 'docker: stack docker', 'x: crate docker'],
      { '.': 'mill', mill: 'mill-crate', docker: 'docker-stack', x: 'docker' },
    ],
    [
      'a virtual workspace at the root named like one of its crates',
      ['.: workspace mill', 'mill: crate mill'],
      { '.': 'mill-workspace', mill: 'mill' },
    ],
    ['a crate and a stack in one folder', ['x: stack x', 'x: crate y'], { x: 'y' }],
    ['a name chosen by the user', ['x: crate y', 'x: explicit z', 'a: crate z'], { x: 'z', a: 'z-crate' }],
    [
      'a path that equals the preferred name of another project',
      ['a: crate mill', 'b/mill: crate mill', 'x: stack b-mill'],
      { a: 'mill', 'b/mill': 'b/mill/crate', x: 'b-mill' },
    ],
    [
      'paths that are the same with hyphens',
      ['a: crate c', 'a-b/c: crate c', 'a/b-c: crate c'],
      { a: 'c', 'a-b/c': 'a-b-c', 'a/b-c': 'a/b-c/crate' },
    ],
    [
      'names that Nx mistakes for object properties',
      ['x: crate constructor', 'y/toString: stack toString'],
      { x: 'constructor-crate', 'y/toString': 'y-toString' },
    ],
  ])('%s', (_, lines, expected) => {
    expect(names(...lines)).toEqual(expected);
    expect(names(...lines.toReversed())).toEqual(expected);
  });

  it('returns the project that has the preferred name', () => {
    const found = uniqueNames(claims('a/rust: workspace rust', 'b/rust: workspace rust'));
    expect(found.get('b/rust')).toEqual({ name: 'b-rust', wanted: 'rust', takenBy: 'a/rust' });
    expect(found.get('a/rust')?.takenBy).toBeUndefined();
  });

  it('keeps existing names when another project is added', () => {
    const before = ['a/docker: stack docker', 'b/docker: stack docker', 'crates/mill: crate mill'];
    const added = ['c/docker: stack docker', 'old/crates/mill: crate mill', 'other: module mill'];
    expect(names(...before, ...added)).toMatchObject(names(...before));
  });
});

it('assigns no name twice if plugins see different claims', () => {
  const all = claims(
    'apps/x: nx x',
    'a/x: crate x',
    'b/x: crate x',
    'c/x: module x',
    'd/x: stack x',
    'e: workspace x',
    'e/x: workspace x',
    'f: crate a-x',
  );
  // Each plugin sees its own projects, those of Nx, and the remaining ones of other plugins if some are
  // excluded.
  for (const hidden of ['a/x', 'b/x', 'c/x', 'd/x']) {
    const origin = all.find(({ folder }) => folder === hidden)?.origin;
    const whole = uniqueNames(all);
    const part = uniqueNames(all.filter(({ folder }) => folder !== hidden));
    const given = all.flatMap(({ folder, origin: its }) => {
      if (folder === hidden) return [];
      return (its === origin ? part : whole).get(folder)?.name ?? [];
    });
    expect(new Set(given).size).toBe(given.length);
  }
});

it.each([
  ['{{cookiecutter.name}}', 'cookiecutter.name'],
  ['my app: v1, *new*', 'my-app-v1-new'],
  ['-x', 'x'],
  ['.devcontainer', '.devcontainer'],
  ['проект', 'проект'],
  ['@scope/name', '@scope/name'],
  ['***', ''],
])('asProjectName(%s) is "%s"', (text, expected) => {
  expect(asProjectName(text)).toBe(expected);
});

it('names folders that differ only in characters that names cannot have, in linear time', () => {
  const count = 1_000;
  // Both names after the path are the same for all: `b-c` and `b-c/crate`.
  const all = Array.from({ length: count }, (_, at) => `b${'!'.repeat(at + 1)}c: crate x`);
  const lookUps = vi.spyOn(Set.prototype, 'has');
  const given = uniqueNames(claims(...all));
  const looked = lookUps.mock.calls.length;
  lookUps.mockRestore();
  expect(new Set([...given.values()].map(({ name }) => name)).size).toBe(count);
  expect(looked).toBeLessThan(10 * count);
});
