import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readObjectFile } from '@millwright/object-file';
import { outcomes, Workspace } from '../workspace.ts';

const cMain = `package main

// int answer(void) { return 42; }
import "C"

func main() { println(C.answer()) }
`;

const files = {
  'hello/go.mod': 'module example.org/hello\n\ngo 1.25\n',
  'hello/main.go': 'package main\n\nimport "fmt"\n\nfunc main() { fmt.Println("hello") }\n',
  'hello/main_test.go': 'package main\n\nimport "testing"\n\nfunc TestX(t *testing.T) {}\n',
  'withc/go.mod': 'module example.org/withc\n\ngo 1.25\n',
  'withc/main.go': cMain,
  'withc/project.json': JSON.stringify({
    targets: {
      'build-linux-amd64': { options: { cgo: true } },
      'build-linux-arm64': { options: { cgo: true } },
    },
  }),
};

let workspace: Workspace;
beforeAll(() => {
  workspace = new Workspace(files, undefined, undefined, [
    { plugin: '@millwright/go', options: { platforms: ['linux/amd64', 'linux/arm64'] } },
  ]);
});
afterAll(() => {
  workspace.remove();
});

function digest(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

const restore = () => {
  workspace.git('checkout', '--quiet', '.');
  workspace.git('clean', '--quiet', '--force', '-d');
};

describe('building a module for each platform', () => {
  it('places a working program for the platform with its side files', async () => {
    const { status, output } = workspace.nx(['run', 'hello:build']);
    expect(status, output).toBe(0);
    for (const [platform, architecture] of [
      ['linux/amd64', 'x86_64'],
      ['linux/arm64', 'aarch64'],
    ] as const) {
      const path = workspace.path(`artifacts/${platform}/hello`);
      expect(await readObjectFile(path)).toMatchObject({
        architectures: [architecture],
        interpreter: undefined,
      });
      expect(JSON.parse(workspace.read(`artifacts/${platform}/hello.version`))).toMatchObject({
        platform,
        profile: 'release',
      });
      expect(workspace.read(`artifacts/${platform}/hello.sha256`)).toBe(`${digest(path)}  hello\n`);
      expect(JSON.parse(workspace.read(`artifacts/${platform}/hello.metrics.json`))).toHaveProperty(
        'wallMilliseconds',
      );
    }
    expect(execFileSync(workspace.path('artifacts/linux/amd64/hello'), { encoding: 'utf8' })).toBe('hello\n');
    expect(
      execFileSync('qemu-aarch64', [workspace.path('artifacts/linux/arm64/hello')], { encoding: 'utf8' }),
    ).toBe('hello\n');
  });

  it('separates the binaries of dev and release', () => {
    expect(workspace.nx(['run', 'hello:build:dev']).status).toBe(0);
    expect(digest(workspace.path('artifacts/dev/linux/amd64/hello'))).not.toBe(
      digest(workspace.path('artifacts/linux/amd64/hello')),
    );
  });

  it('produces identical binaries in clones with different folder names', () => {
    const clone = mkdtempSync(join(tmpdir(), 'millwright-another-clone-of-it-'));
    workspace.git('clone', '--quiet', '.', clone);
    symlinkSync(workspace.path('node_modules'), join(clone, 'node_modules'));
    execFileSync(join(clone, 'node_modules/.bin/nx'), ['run', 'hello:build', '--skip-nx-cache'], {
      cwd: clone,
      env: { ...process.env, NX_DAEMON: 'false', NX_TUI: 'false' },
      stdio: 'ignore',
    });
    for (const platform of ['amd64', 'arm64']) {
      const path = `artifacts/linux/${platform}/hello`;
      expect(digest(join(clone, path)), platform).toBe(digest(workspace.path(path)));
    }
    rmSync(clone, { recursive: true });
  });
});

it('detects a new commit of a submodule with a module, and hashes only the used parts', () => {
  const upstream = mkdtempSync(join(tmpdir(), 'millwright-upstream-'));
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=Test', '-c', 'user.email=test@example.org', ...args], {
      cwd: upstream,
      stdio: 'pipe',
    });
  writeFileSync(join(upstream, 'go.mod'), 'module example.org/vendored\n\ngo 1.25\n');
  writeFileSync(join(upstream, 'main.go'), 'package main\n\nfunc main() { println(1) }\n');
  git('init', '--quiet');
  git('add', '--all');
  git('commit', '--quiet', '--message', 'One');
  workspace.git(
    '-c',
    'protocol.file.allow=always',
    'submodule',
    '--quiet',
    'add',
    upstream,
    'third_party/vendored',
  );
  workspace.commit();
  expect(workspace.nx(['run', 'vendored:build']).status).toBe(0);

  workspace.write('third_party/vendored/notes.txt', 'Read by nobody.\n');
  const unread = workspace.nx(['run', 'vendored:build']);
  expect(Object.values(outcomes(unread.output)).filter((outcome) => outcome === 'built')).toEqual([]);

  rmSync(workspace.path('third_party/vendored/notes.txt'));
  writeFileSync(join(upstream, 'main.go'), 'package main\n\nfunc main() { println(2) }\n');
  git('commit', '--quiet', '--all', '--message', 'Two');
  workspace.git('-C', 'third_party/vendored', 'pull', '--quiet');
  const bumped = workspace.nx(['affected', '-t', 'build', '--base=HEAD']);
  expect(bumped.status, bumped.output).toBe(0);
  expect(outcomes(bumped.output)['vendored:build-linux-amd64:release']).toBe('built');
  rmSync(upstream, { recursive: true });
});

describe('C code', () => {
  it("is compiled by the platform's cross compiler into a working program", async () => {
    const { status, output } = workspace.nx(['run', 'withc:build']);
    expect(status, output).toBe(0);
    const arm64 = workspace.path('artifacts/linux/arm64/withc');
    expect(await readObjectFile(arm64)).toMatchObject({ architectures: ['aarch64'], libc: 'glibc' });
    const libraries = existsSync('/lib/ld-linux-aarch64.so.1') ? [] : ['-L', '/usr/aarch64-linux-gnu'];
    for (const [program, ...args] of [
      [workspace.path('artifacts/linux/amd64/withc')],
      ['qemu-aarch64', ...libraries, arm64],
    ]) {
      // println writes to standard error.
      expect(
        execFileSync('sh', ['-c', '"$@" 2>&1', 'sh', program ?? '', ...args], { encoding: 'utf8' }),
      ).toBe('42\n');
    }
  });

  it('supports a minimum glibc version through zig', async () => {
    const { status, output } = workspace.nx(['run', 'withc:build-linux-amd64', '--glibc=2.28']);
    expect(status, output).toBe(0);
    expect(output).toContain('zig cc for x86_64-linux-gnu.2.28');
    const { requiredGlibc } = await readObjectFile(workspace.path('artifacts/linux/amd64/withc'));
    expect(Number(requiredGlibc?.split('.')[1])).toBeLessThanOrEqual(28);
  });
});

describe('checks', () => {
  it.each(['test', 'vet', 'format-check', 'tidy-check'])(
    '%s passes, and is restored from the cache the second time',
    (target) => {
      expect(workspace.nx(['run', `hello:${target}`]).status).toBe(0);
      expect(workspace.nx(['run', `hello:${target}`]).output).toMatch(/cache/);
    },
  );

  it.each<[string, string, string, string]>([
    [
      'test',
      'hello/main_test.go',
      'package main\n\nimport "testing"\n\nfunc TestX(t *testing.T) { t.Fatal("broken") }\n',
      'broken',
    ],
    [
      'vet',
      'hello/main.go',
      'package main\n\nimport "fmt"\n\nfunc main() { fmt.Printf("%d", "x") }\n',
      'wrong type',
    ],
    ['format-check', 'hello/main.go', 'package main\nfunc main( ) {}\n', 'hello/main.go is not formatted'],
    [
      'tidy-check',
      'hello/go.mod',
      'module example.org/hello\n\ngo 1.25\n\nrequire github.com/google/uuid v1.6.0\n',
      'GO_MOD_UNTIDY',
    ],
  ])('%s reports the problem', (target, path, text, expected) => {
    workspace.write(path, text);
    const { status, output } = workspace.nx(['run', `hello:${target}`]);
    restore();
    expect(status).not.toBe(0);
    expect(output).toContain(expected);
  });

  it('format and tidy change files and are not cached', () => {
    workspace.write('hello/main.go', 'package main\nfunc main( ) {}\n');
    workspace.write(
      'hello/go.mod',
      'module example.org/hello\n\ngo 1.25\n\nrequire github.com/google/uuid v1.6.0\n',
    );
    for (const target of ['format', 'tidy']) expect(workspace.nx(['run', `hello:${target}`]).status).toBe(0);
    expect(workspace.read('hello/main.go')).toBe('package main\n\nfunc main() {}\n');
    expect(workspace.read('hello/go.mod')).not.toContain('uuid');
    restore();
  });
});

describe('invalid input fails with a code, a cause and a remedy, and keeps the previous program', () => {
  /** Returns a PATH without Go and C compilers, but with everything that Nx requires. */
  const bare = () => {
    const bin = workspace.path('.nx/bare-bin');
    mkdirSync(bin, { recursive: true });
    for (const name of ['sh', 'git', 'env']) {
      const real = execFileSync('which', [name], { encoding: 'utf8' }).trim();
      if (!existsSync(join(bin, name))) symlinkSync(real, join(bin, name));
    }
    if (!existsSync(join(bin, 'node'))) symlinkSync(process.execPath, join(bin, 'node'));
    return bin;
  };
  const stale = () => {
    const path = 'artifacts/linux/amd64/hello';
    return existsSync(workspace.path(path)) ? digest(workspace.path(path)) : undefined;
  };

  it.each<[string, string, string, () => Readonly<Record<string, string | undefined>>, string, string]>([
    [
      'code that does not compile',
      'hello/main.go',
      'package main\n\nfunc main() { x }\n',
      () => ({}),
      'COMPILE_FAILED',
      'main.go:3:15: undefined: x',
    ],
    [
      'a required newer Go',
      'hello/go.mod',
      'module example.org/hello\n\ngo 1.99\n',
      () => ({ GOTOOLCHAIN: 'local' }),
      'GO_TOO_OLD',
      'GOTOOLCHAIN=auto',
    ],
    [
      'an import that no module provides',
      'hello/more.go',
      'package main\n\nimport _ "example.org/nowhere"\n',
      () => ({}),
      'GO_MOD_UNTIDY',
      'nx run hello:tidy',
    ],
    [
      'a module that cannot be downloaded',
      'hello/go.mod',
      'module example.org/hello\n\ngo 1.25\n\nrequire example.org/nowhere v1.0.0\n',
      () => ({ GOPROXY: 'off', GOFLAGS: '-mod=mod' }),
      'SOURCE_UNREACHABLE',
      'go mod vendor',
    ],
    [
      'an invalid go.mod',
      'hello/go.mod',
      'module example.org/hello\n\nrequire (\n',
      () => ({}),
      'GO_MOD_INVALID',
      'hello/go.mod:4',
    ],
  ])('%s', (_, path, text, env, code, part) => {
    expect(workspace.nx(['run', 'hello:build-linux-amd64']).status).toBe(0);
    const before = stale();
    if (text.includes('nowhere') && path.endsWith('go.mod')) {
      workspace.write('hello/more.go', 'package main\n\nimport _ "example.org/nowhere"\n');
    }
    workspace.write(path, text);
    const { status, output } = workspace.nx(['run', 'hello:build-linux-amd64'], env());
    restore();
    expect(status, output).not.toBe(0);
    expect(output).toContain(code);
    expect(output).toContain(part);
    expect(stale()).toBe(before);
  });

  it('a missing Go toolchain', () => {
    const { status, output } = workspace.nx(['run', 'hello:build-linux-amd64', '--skip-nx-cache'], {
      PATH: bare(),
      GOROOT: undefined,
    });
    expect(status).not.toBe(0);
    expect(output).toContain('GO_TOOLCHAIN_MISSING');
  });

  it('a missing C compiler', () => {
    const bin = bare();
    if (!existsSync(join(bin, 'go')))
      symlinkSync(execFileSync('which', ['go'], { encoding: 'utf8' }).trim(), join(bin, 'go'));
    const { status, output } = workspace.nx(['run', 'withc:build-linux-arm64', '--skip-nx-cache'], {
      PATH: bin,
    });
    expect(status).not.toBe(0);
    expect(output).toContain('error[LINKER_MISSING]: no C compiler found for linux/arm64');
    expect(output).toContain('apt-get install gcc-aarch64-linux-gnu libc6-dev-arm64-cross');
    expect(output).toContain('turn cgo off');
  });

  it('unknown options', () => {
    const { status, output } = workspace.nx(['run', 'hello:build-linux-amd64', '--platform=linux/x']);
    expect(status).not.toBe(0);
    expect(output).toContain('OPTION_INVALID');
  });

  it('rejects a minimum glibc version below the linked one, and names the symbols', () => {
    writeFileSync(
      workspace.path('withc/main.go'),
      cMain.replace(
        'int answer(void) { return 42; }',
        '#include <stdlib.h>\n// int answer(void) { return (int)arc4random(); }',
      ),
    );
    const cc = execFileSync('which', ['gcc'], { encoding: 'utf8' }).trim();
    const { status, output } = workspace.nx(['run', 'withc:build-linux-amd64', '--glibc=2.28'], { CC: cc });
    restore();
    expect(status).not.toBe(0);
    expect(output).toContain('ARTIFACT_REFUSED');
    expect(output).toMatch(/arc4random \(2\.36\)/);
  });
});

it('rebuilds a program with a version control stamp after a commit', () => {
  const own = new Workspace(
    {
      'stamped/go.mod': 'module example.org/stamped\n\ngo 1.25\n',
      'stamped/main.go': 'package main\n\nfunc main() {}\n',
      'stamped/project.json': JSON.stringify({
        targets: { 'build-linux-amd64': { options: { args: ['-buildvcs=true'] } } },
      }),
      'note.txt': 'one',
    },
    undefined,
    undefined,
    [{ plugin: '@millwright/go', options: { platforms: ['linux/amd64'] } }],
  );
  try {
    const build = () =>
      outcomes(own.nx(['run', 'stamped:build-linux-amd64']).output)['stamped:build-linux-amd64:release'];
    const stamped = () =>
      execFileSync('go', ['version', '-m', join(own.folder, 'artifacts/linux/amd64/stamped')], {
        encoding: 'utf8',
      });
    expect([build(), build()]).toEqual(['built', 'cached']);
    const first = own.git('rev-parse', 'HEAD').trim();
    expect(stamped()).toContain(`vcs.revision=${first}`);
    own.write('note.txt', 'two');
    own.git('commit', '--quiet', '--all', '--message', 'two');
    expect(build()).toBe('built');
    expect(stamped()).toContain(`vcs.revision=${own.git('rev-parse', 'HEAD').trim()}`);
  } finally {
    own.remove();
  }
});
