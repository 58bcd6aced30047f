import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gitVariables } from '@millwright/toolkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CrateDependency } from '../manifests/model.js';
import { gitReads } from './git-reads.js';
import { gitMarks } from './scanner/facts.js';

const inner = 'third_party/mill';
const place = { file: 'build.rs', line: 1, by: 'rerun-if-changed' };

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'git-reads-'));
  for (const folder of ['.', inner]) {
    mkdirSync(join(root, folder), { recursive: true });
    execFileSync('git', ['init', '--quiet'], { cwd: join(root, folder) });
  }
  mkdirSync(join(root, inner, 'backend'));
  mkdirSync(join(root, 'crates/app'), { recursive: true });
});
afterAll(() => {
  rmSync(root, { recursive: true });
});

const dependency = (name: string, kind: CrateDependency['kind']): CrateDependency => ({
  ...{ key: name, package: name, kind },
  ...{ optional: false, defaultFeatures: true, features: [] },
});

function readsOf(folder: string, facts: { reads?: string[]; asks?: string[]; takes?: CrateDependency[] }) {
  const crate = { root: folder, dependencies: facts.takes ?? [] };
  const files = new Map((facts.reads ?? []).map((path) => [path, place]));
  const variables = new Set(facts.asks ?? []);
  return { files, variables, repositories: gitReads(crate, { files, variables, outside: new Map() }, root) };
}

describe('the Git state that a crate reads', () => {
  const ofInner = gitVariables(inner);
  it.each<[string, string, Parameters<typeof readsOf>[1], string[]]>([
    ['a script that asks for the commit', `${inner}/backend`, { asks: [gitMarks.state] }, [ofInner.state]],
    [
      'a script that asks whether the work tree is clean',
      `${inner}/backend`,
      { asks: [gitMarks.state, gitMarks.changes] },
      [ofInner.state, ofInner.changes],
    ],
    ['the same in the outer repository', 'crates/app', { asks: [gitMarks.state] }, [gitMarks.state]],
    [
      'a package for build scripts',
      `${inner}/backend`,
      { takes: [dependency('vergen', 'build')] },
      [ofInner.state, ofInner.changes],
    ],
    [
      'a package with a macro',
      `${inner}/backend`,
      { takes: [dependency('git-version', 'normal')] },
      [ofInner.state, ofInner.changes],
    ],
    [
      'such a package that a program uses itself',
      'crates/app',
      { takes: [dependency('git2', 'normal')] },
      [],
    ],
    ['a file of Git', 'crates/app', { reads: ['.git/HEAD', 'data/x'] }, [gitMarks.state]],
    [
      'a file of Git of another repository',
      'crates/app',
      { reads: [`${inner}/.git/refs/tags`] },
      [ofInner.state],
    ],
    ["Git's index", 'crates/app', { reads: [`${inner}/.git/index`] }, [ofInner.state, ofInner.changes]],
    ['.gitmodules', 'crates/app', { reads: ['.gitmodules'] }, []],
  ])('%s', (_, folder, facts, expected) => {
    expect([...readsOf(folder, facts).variables]).toEqual(expected);
  });

  it('keeps reads of files that do not belong to Git', () => {
    const { files, repositories } = readsOf('crates/app', { reads: ['.git/index', 'data/x', '.gitignore'] });
    expect([...files.keys()]).toEqual(['data/x', '.gitignore']);
    expect([...repositories]).toEqual([['.', true]]);
  });
});
