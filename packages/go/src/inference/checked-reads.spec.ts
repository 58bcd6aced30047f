import { expect, it } from 'vitest';
import { checkedReads } from './checked-reads.js';
import { checkedPackages } from '../resolution/closure.js';
import { localModules } from '../resolution/local-modules.js';
import { repositoryOf } from './world.spec.helper.js';

const there: Readonly<Record<string, 'file' | 'folder'>> = {
  'shared/a.txt': 'file',
  shared: 'folder',
  m: 'folder',
};

function readsOf(files: Readonly<Record<string, string>>) {
  const repository = repositoryOf({
    'm/go.mod': 'module m\n\nreplace lib => ../lib\n',
    'lib/go.mod': 'module lib\n',
    ...files,
  });
  const module = repository.modules.get('m');
  if (!module) throw new Error('the fixture has no module');
  const packages = checkedPackages(module, localModules(module, repository), repository);
  return checkedReads(packages, (path) => there[path]);
}

const reading = (name: string, code: string, ...imports: string[]) =>
  `package ${name}\n${imports.map((path) => `import "${path}"\n`).join('')}\nfunc f() { ${code} }\n`;

it.each<[string, Record<string, string>, Partial<ReturnType<typeof readsOf>>]>([
  ['tests of the module', { 'm/a_test.go': reading('a', 'os.Getenv("A")') }, { variables: ['A'] }],
  [
    'tested packages of other modules',
    {
      'm/a.go': reading('a', 'os.Getenv("A")', 'lib/in'),
      'lib/in/in.go': reading('in', 'os.Getenv("B")'),
      'lib/in/in_test.go': reading('in', 'os.Getenv("NOT")'),
      'lib/other/o.go': reading('other', 'os.Getenv("NOT")'),
    },
    { variables: ['A', 'B'] },
  ],
  [
    'a file outside the module',
    { 'm/p/a_test.go': reading('a', 'open("../../shared/a.txt")') },
    { files: ['shared/a.txt'] },
  ],
  [
    'a folder',
    { 'm/a_test.go': reading('a', 'join("../shared")') },
    { folders: ['{workspaceRoot}/shared/**/*'] },
  ],
  ['no folder that contains the package', { 'm/p/a_test.go': reading('a', 'open("../../m")') }, {}],
  ['nothing that is missing', { 'm/a_test.go': reading('a', 'open("../none.txt")') }, {}],
  ['nothing outside the repository', { 'm/a_test.go': reading('a', 'open("../../x")') }, {}],
])('finds reads in literals: %s', (_, files, expected) => {
  expect(readsOf(files)).toEqual({ variables: [], files: [], folders: [], ...expected });
});
