import { mkdirSync, writeFileSync } from 'node:fs';
import { type Change, go, noChange, replace, write } from './change.ts';
import { programs } from './fixture.ts';

/** The same of go.mod files, C code and the environment. */
export const settingChanges: readonly Change[] = [
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
