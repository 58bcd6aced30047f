import { execFileSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { Workspace } from '../workspace.ts';
import { type builders, type Program, programs } from './fixture.ts';

export type Env = Readonly<Record<string, string | undefined>>;

/** A change to the fixture, and its effect on the programs. */
export interface Change {
  readonly name: string;
  readonly apply?: (workspace: Workspace) => void;
  readonly env?: (workspace: Workspace) => Env;
  /** The programs whose content differs after the change when go itself builds them. */
  readonly changes: readonly Program[];
  /** The projects that are rebuilt although none of their programs changed. */
  readonly needless?: readonly (typeof builders)[number][];
  /** True for a change that is in no file of the repository, so that `nx affected` cannot detect it. */
  readonly unseen?: boolean;
}

const replace = (path: string, from: string, to: string) => (workspace: Workspace) => {
  const text = workspace.read(path);
  expect(text).toContain(from);
  workspace.write(path, text.replace(from, to));
};
const write = (path: string, text: string) => (workspace: Workspace) => {
  workspace.write(path, text);
};
const noChange = [] as const;

/** Every way in which an input of a Go program can change, and some changes without effect. */
export const changes: readonly Change[] = [
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
  {
    name: 'the language version of a module',
    apply: replace('alone/go.mod', 'go 1.25', 'go 1.21'),
    changes: ['alone'],
  },
  {
    name: 'the version of an imported module',
    apply: (workspace) => {
      go(workspace, 'tool', 'get', 'github.com/google/uuid@v1.5.0');
    },
    changes: ['first'],
  },
  {
    name: 'the version of a module that only tests import',
    apply: (workspace) => {
      go(workspace, 'tool', 'get', 'golang.org/x/text@v0.15.0');
    },
    changes: noChange,
  },
  {
    name: 'a comment in go.mod',
    apply: replace('alone/go.mod', 'go 1.25', '// A remark.\ngo 1.25'),
    changes: noChange,
  },
  {
    name: 'a replacement with another folder',
    apply: (workspace) => {
      workspace.write('lib2/go.mod', 'module example.org/lib\n\ngo 1.25\n');
      workspace.write('lib2/lib.go', 'package lib\n\nfunc Answer() int { return 44 }\n');
      replace('tool/go.mod', '../lib', '../lib2')(workspace);
    },
    changes: ['first'],
  },
  {
    name: 'a debug setting of a module',
    apply: replace('alone/go.mod', 'go 1.25', 'go 1.25\n\ngodebug panicnil=1'),
    changes: ['alone'],
  },
  {
    name: 'a header out of the module that a C file includes',
    apply: replace('shared/answer.h', '42', '43'),
    changes: ['native'],
  },
  {
    name: 'a header that another header includes',
    apply: replace('shared/deep/unit.h', '1', '2'),
    changes: ['native'],
  },
  {
    name: 'a header in a folder of #cgo, included in angles',
    apply: replace('include/mill/stone.h', '7', '8'),
    changes: ['native'],
  },
  {
    name: 'a header that a header of that folder includes',
    apply: replace('shared/sack.h', '5', '6'),
    changes: ['native'],
  },
  {
    name: 'a header that nobody includes in the folder of the package',
    apply: write('native/answer.h', '#define ANSWER 99\n'),
    changes: noChange,
    needless: ['native'],
  },
  {
    name: 'a header that git ignores',
    apply: (workspace) => {
      workspace.write('.git/info/exclude', 'shared/made.h\n');
      workspace.write('shared/made.h', '#define MADE 11\n');
    },
    changes: ['native'],
    unseen: true,
  },
  {
    name: 'a header elsewhere that nothing includes',
    apply: replace('shared/other.h', '1', '2'),
    changes: noChange,
  },
  {
    name: 'a README beside headers',
    apply: write('include/mill/README.md', 'Other.\n'),
    changes: noChange,
  },
  {
    name: 'tags in the environment',
    apply: write('alone/tagged.go', '//go:build tagged\n\npackage main\n\nfunc init() { println(1) }\n'),
    env: () => ({ GOFLAGS: '-tags=tagged' }),
    // go writes the tags into each program.
    changes: [...programs],
    unseen: true,
  },
  {
    name: 'an instruction set in the environment',
    env: () => ({ GOAMD64: 'v3' }),
    changes: [...programs],
    unseen: true,
  },
  {
    name: 'a variable that moves nothing but files',
    env: (workspace) => ({
      GOTMPDIR: (mkdirSync(workspace.path('.nx/tmp'), { recursive: true }), workspace.path('.nx/tmp')),
    }),
    changes: noChange,
    unseen: true,
  },
  {
    name: 'a setting that go env keeps',
    env: (workspace) => {
      writeFileSync(workspace.path('.nx/goenv'), 'GOAMD64=v2\n');
      return { GOENV: workspace.path('.nx/goenv') };
    },
    changes: [...programs],
    unseen: true,
  },
];

function go(workspace: Workspace, module: string, ...args: string[]): void {
  execFileSync('go', args, { cwd: workspace.path(module), stdio: 'pipe' });
}
