import { mkdirSync, renameSync, rmSync, symlinkSync, utimesSync } from 'node:fs';
import { type Change, noChange, replace, write } from './change.ts';

/** Every way in which Go sources and embedded files can change, and some changes without effect. */
export const sourceChanges: readonly Change[] = [
  {
    name: 'a main package',
    apply: replace('tool/cmd/second/main.go', '"second"', '"2nd"'),
    changes: ['second'],
  },
  {
    name: 'a package of the module',
    apply: replace('tool/internal/words/system_linux.go', '"linux"', '"Linux"'),
    changes: ['first'],
  },
  {
    name: 'a module that a replacement brings',
    apply: replace('lib/lib.go', '42', '43'),
    changes: ['first'],
  },
  { name: 'a module that a workspace brings', apply: replace('two/two.go', '1', '2'), changes: ['one'] },
  { name: 'an embedded file', apply: write('tool/internal/words/word.txt', 'other'), changes: ['first'] },
  {
    name: 'a file in an embedded folder',
    apply: write('tool/internal/words/assets/deep/a.txt', 'other'),
    changes: ['first'],
  },
  {
    name: 'a new file in an embedded folder',
    apply: write('tool/internal/words/assets/b.txt', 'new'),
    changes: ['first'],
  },
  {
    name: 'a hidden file in a folder that is embedded with all of it',
    apply: write('tool/internal/words/dotted/.hidden/b.txt', 'other'),
    changes: ['first'],
  },
  {
    name: 'a hidden file in an embedded folder',
    apply: write('tool/internal/words/assets/.unseen.txt', 'other'),
    changes: noChange,
    needless: ['tool'],
  },
  {
    name: 'a package behind a symbolic link to its folder',
    apply: replace('sources/behind/behind.go', '1', '2'),
    changes: ['first'],
  },
  {
    name: 'a new source behind a symbolic link to its folder',
    apply: write('sources/behind/more.go', 'package behind\n\nfunc init() { println("more") }\n'),
    changes: ['first'],
  },
  {
    name: 'a module that a replacement brings from a folder that go passes over',
    apply: replace('tool/_kept/kept.go', '1', '2'),
    changes: ['first'],
  },
  {
    name: 'a profile for optimization beside a main package',
    // An empty profile is accepted, and changes only the build information in the program.
    apply: write('alone/default.pgo', ''),
    changes: ['alone'],
  },
  {
    name: 'the target of a symbolic link',
    apply: write('tool/internal/words/linked.target', 'package words\n\nconst Linked = 2\n'),
    changes: ['first'],
  },
  {
    name: 'a symbolic link with another target',
    apply: (workspace) => {
      workspace.write('tool/internal/words/linked.other', 'package words\n\nconst Linked = 3\n');
      rmSync(workspace.path('tool/internal/words/linked.go'));
      symlinkSync('linked.other', workspace.path('tool/internal/words/linked.go'));
    },
    changes: ['first'],
  },
  {
    name: 'a new source, not yet under git',
    apply: write('alone/more.go', 'package main\n\nfunc init() { println("more") }\n'),
    changes: ['alone'],
  },
  {
    name: 'a source that git ignores',
    apply: (workspace) => {
      workspace.write('.git/info/exclude', 'alone/more.go\n');
      workspace.write('alone/more.go', 'package main\n\nfunc init() { println("ignored") }\n');
    },
    changes: ['alone'],
    unseen: true,
  },
  {
    name: 'a source that is moved to another package',
    apply: (workspace) => {
      mkdirSync(workspace.path('two/inner'));
      renameSync(workspace.path('two/two.go'), workspace.path('two/inner/two.go'));
      replace('two/inner/two.go', 'package two', 'package inner')(workspace);
      workspace.write(
        'one/main.go',
        'package main\n\nimport "example.org/two/inner"\n\nfunc main() { println(inner.X + 1) }\n',
      );
    },
    changes: ['one'],
  },
  {
    name: 'a source that keeps its old time',
    apply: (workspace) => {
      replace('alone/main.go', '"alone"', '"older"')(workspace);
      utimesSync(workspace.path('alone/main.go'), new Date(0), new Date(0));
    },
    changes: ['alone'],
  },
  {
    name: 'a source of another platform',
    apply: replace('tool/internal/words/system_windows.go', 'windows', 'Windows'),
    changes: noChange,
  },
  {
    name: 'a source whose constraint brings it in',
    apply: write('alone/more_linux.go', '//go:build amd64\n\npackage main\n\nfunc init() { println(1) }\n'),
    changes: ['alone'],
  },
  {
    name: 'a source whose constraint keeps it out',
    apply: write('alone/more.go', '//go:build ignore\n\npackage main\n\nfunc init() { println(1) }\n'),
    changes: noChange,
  },
  { name: 'a test', apply: write('tool/internal/words/words_test.go', 'package words\n'), changes: noChange },
  {
    name: 'a package that no program imports',
    apply: replace('tool/internal/unused/unused.go', '1', '2'),
    changes: noChange,
  },
  {
    name: 'a package of another module that no program imports',
    apply: replace('lib/other/other.go', '1', '2'),
    changes: noChange,
  },
  { name: 'a README', apply: write('tool/README.md', 'Other.\n'), changes: noChange },
];
