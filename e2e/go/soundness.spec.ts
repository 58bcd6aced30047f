import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { outcomes, Workspace } from '../workspace.ts';
import { builders, files, link, mainPackages, programs, type Program } from './fixture.ts';

type Env = Readonly<Record<string, string | undefined>>;

interface Change {
  readonly name: string;
  readonly apply?: (workspace: Workspace) => void;
  readonly env?: (workspace: Workspace) => Env;
  /** The programs whose bytes are others after the change, as go itself makes them. */
  readonly changes: readonly Program[];
  /** The projects that are built although no program of theirs changed. */
  readonly needless?: readonly (typeof builders)[number][];
  /** A change that no file of the repository shows, so that `nx affected` cannot. */
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

const changes: readonly Change[] = [
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
    name: 'what a symbolic link leads to',
    apply: write('tool/internal/words/linked.target', 'package words\n\nconst Linked = 2\n'),
    changes: ['first'],
  },
  {
    name: 'a symbolic link that leads elsewhere',
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
    name: 'a replacement that leads elsewhere',
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

let workspace: Workspace;
let truthFolder = '';
let before: Record<Program, string>;

beforeAll(() => {
  workspace = new Workspace(
    { ...files },
    undefined,
    (folder) => {
      link(folder);
      execFileSync('go', ['mod', 'tidy'], { cwd: join(folder, 'tool'), stdio: 'ignore' });
    },
    [{ plugin: '@millwright/go', options: { platforms: ['linux/amd64'] } }],
  );
  truthFolder = mkdtempSync(join(tmpdir(), 'millwright-truth-'));
  before = truth({});
  const { status, output } = workspace.nx(['run-many', '-t', 'build']);
  expect(status, output).toBe(0);
});
afterAll(() => {
  workspace.remove();
  rmSync(truthFolder, { recursive: true, force: true });
});

function go(workspace: Workspace, module: string, ...args: string[]): void {
  execFileSync('go', args, { cwd: workspace.path(module), stdio: 'pipe' });
}

/** What go itself makes, with the flags of a release. */
function truth(env: Env): Record<Program, string> {
  const made = programs.map((name) => {
    const [module, pkg] = mainPackages[name];
    const output = join(truthFolder, name);
    execFileSync('go', ['build', '-trimpath', '-buildvcs=false', '-ldflags=-s -w', '-o', output, pkg], {
      cwd: workspace.path(module),
      env: {
        ...process.env,
        CGO_ENABLED: '0',
        ...(module === 'tool' || module === 'alone' ? { GOWORK: 'off' } : {}),
        ...env,
      },
      stdio: 'pipe',
    });
    return [name, digest(output)] as const;
  });
  return Object.fromEntries(made) as Record<Program, string>;
}

function digest(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

const projectOf = (program: Program) => (program === 'first' || program === 'second' ? 'tool' : program);

describe('whatever can change a program changes its hash, and whatever cannot does not', () => {
  it.each(changes)('$name', ({ apply, env, changes: expected, needless = [], unseen }) => {
    try {
      apply?.(workspace);
      const environment = env?.(workspace) ?? {};
      const wanted = truth(environment);
      expect(programs.filter((name) => wanted[name] !== before[name])).toEqual([...expected]);

      const command = unseen ? ['run-many', '-t', 'build'] : ['affected', '-t', 'build', '--base=HEAD'];
      const { output, status } = workspace.nx(command, environment);
      expect(status, output).toBe(0);
      const built = Object.entries(outcomes(output))
        .filter(([task, outcome]) => task.includes(':build-') && outcome === 'built')
        .map(([task]) => task.slice(0, task.indexOf(':')));
      const ours = Object.fromEntries(
        programs.map((name) => [name, digest(workspace.path(`artifacts/linux/amd64/${name}`))]),
      );
      expect(ours, 'the programs').toEqual(wanted);
      expect(built.sort(), 'what was built').toEqual(
        [...new Set([...expected.map(projectOf), ...needless])].sort(),
      );
    } finally {
      workspace.git('checkout', '--quiet', '.');
      workspace.git(
        'clean',
        '--quiet',
        '--force',
        '-d',
        '-x',
        '-e',
        '.nx',
        '-e',
        'node_modules',
        '-e',
        'artifacts',
      );
      workspace.nx(['run-many', '-t', 'build']);
    }
  });

  it('outputs that were deleted or tampered with come back', () => {
    const path = 'artifacts/linux/amd64/first';
    const built = digest(workspace.path(path));
    workspace.write(path, 'tampered');
    rmSync(workspace.path('artifacts/linux/amd64/one'));
    expect(workspace.nx(['run-many', '-t', 'build']).status).toBe(0);
    expect(digest(workspace.path(path))).toBe(built);
    expect(workspace.exists('artifacts/linux/amd64/one')).toBe(true);
  });
});
