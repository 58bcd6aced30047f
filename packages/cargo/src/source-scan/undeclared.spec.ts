import { gitVariables } from '@millwright/toolkit';
import { describe, expect, it } from 'vitest';
import { type ReadFacts, undeclaredInputs } from './undeclared.js';

const folders: Readonly<Record<string, readonly string[]>> = {
  '/repo/back/src': ['lib.rs', 'deep/a.rs'],
  '/repo/data': ['a.txt'],
};
const facts: ReadFacts = {
  repository: '/repo',
  workingFolder: '/repo/back',
  generated: ['/repo/back/target'],
  hashedElsewhere: ['/home/me/registry', '/far/known'],
  gitRead: (path) => {
    const [, folder] = /^\/repo\/(.*?)\/?\.git\//.exec(path) ?? [];
    return folder === undefined ? undefined : { folder: folder || '.', changes: path.endsWith('/index') };
  },
  gitVariables,
  filesIn: (path) => folders[path],
  variableInputs: (name) => (name === 'CC' ? [] : [{ kind: 'variable', name }]),
};
const declared = {
  hasFile: (path: string) => path.startsWith('back/src/') || path.startsWith('asking/'),
  hasVariable: (name: string) => name === 'KNOWN' || name === gitVariables('asking').state,
};
const namesOf = (files: readonly string[], variables: readonly string[] = []) =>
  undeclaredInputs({ files, variables: new Map(variables.map((name) => [name, '1'])) }, declared, facts).map(
    ({ kind, name }) => (kind === 'path' ? name : `${kind} ${name}`),
  );

describe('undeclaredInputs returns reads that the task does not declare', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ['a declared file', ['src/lib.rs'], []],
    ['files of the repository', ['../shared/x.json', '/repo/a.txt', '../a.txt'], ['a.txt', 'shared/x.json']],
    ['a generated file', ['/repo/back/target/debug/out.rs'], []],
    ['a file of a locked package', ['/home/me/registry/x.rs'], []],
    ['a file elsewhere', ['/far/new.txt', '/far/known/x'], ['/far/new.txt']],
    ['a folder of declared files', ['src'], []],
    ['a folder of other files', ['../data'], ['data']],
    ["Git's own files", ['../.git/HEAD', '../.git/logs/HEAD'], ['git .']],
    [
      "Git's index",
      ['../third_party/mill/.git/index'],
      ['git third_party/mill', 'git-changes third_party/mill'],
    ],
    ["Git's own files below a declared folder", ['../asking/.git/index'], ['git-changes asking']],
  ])('%s', (_, files, expected) => {
    expect(namesOf(files)).toEqual(expected);
  });

  it('returns variables, except declared ones, already hashed ones and those of Cargo', () => {
    expect(namesOf([], ['NEW', 'KNOWN', 'CC', 'CARGO_PKG_VERSION', 'OUT_DIR'])).toEqual(['variable NEW']);
  });
});
