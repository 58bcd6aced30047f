import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Workspace } from '../workspace.ts';

const echo = `package main

import (
	"fmt"
	"os"
)

func main() {
	folder, _ := os.Getwd()
	fmt.Printf("args=%q folder=%s\\n", os.Args[1:], folder)
	if len(os.Args) > 1 && os.Args[1] == "--fail" {
		os.Exit(3)
	}
}
`;
const module = (path: string, rest = '') => `module example.org/${path}\n\ngo 1.24\n${rest}`;

let workspace: Workspace;
beforeAll(() => {
  const files = {
    'echo/go.mod': module('echo'),
    'echo/main.go': echo,
    'two/go.mod': module('two'),
    'two/cmd/one/main.go': echo.replace('args=', 'one args='),
    'two/cmd/other/main.go': echo.replace('args=', 'other args='),
    'shelf/go.mod': module('shelf'),
    'shelf/shelf.go': 'package shelf\n',
    'linted/go.mod': module('linted'),
    'linted/linted.go': 'package linted\n',
    'linted/.golangci.yml': 'version: "2"\n',
  };
  workspace = new Workspace(files, undefined, undefined, [
    { plugin: '@millwright/go', options: { platforms: ['linux/amd64', 'linux/arm64'] } },
  ]);
});
afterAll(() => {
  workspace.remove();
});
afterEach(() => {
  workspace.git('checkout', '--quiet', '.');
  workspace.git('clean', '--quiet', '--force', '-d');
});

describe('run', () => {
  it('passes the command line to the program, in the workspace root', () => {
    const { status, output } = workspace.nx(['run', 'echo:run', '--', '--once', '--program=x', 'file.txt']);
    expect(status, output).toBe(0);
    expect(output).toContain('args=["--once" "--program=x" "file.txt"]');
    expect(output).toContain(`${workspace.name}\n`);
    expect(workspace.nx(['run', 'echo:run', '--once']).output).toContain('args=["--once"]');
  });

  it('fails if the program fails', () => {
    expect(workspace.nx(['run', 'echo:run', '--', '--fail']).status).toBe(1);
  });

  it('requires a name if the module has several programs', () => {
    const { status, output } = workspace.nx(['run', 'two:run']);
    expect(status).toBe(1);
    expect(output).toContain('error[OPTION_INVALID]: the module has several programs');
    expect(workspace.nx(['run', 'two:run', '--program=other', '--once']).output).toContain(
      'other args=["--once"]',
    );
  });
});

describe('check and lint', () => {
  it('run go vet without a linter configuration', () => {
    workspace.write(
      'shelf/shelf.go',
      'package shelf\n\nimport "fmt"\n\nfunc F() { fmt.Printf("%d", "x") }\n',
    );
    for (const target of ['check', 'lint']) {
      const { status, output } = workspace.nx(['run', `shelf:${target}`]);
      expect(status).toBe(1);
      expect(output).toContain('wrong type');
    }
  });

  it('lint requires golangci-lint if a file configures it', () => {
    const { status, output } = workspace.nx(['run', 'linted:lint'], { PATH: barePath('go') });
    expect(status).toBe(1);
    expect(output).toContain('error[GO_LINTER_MISSING]: golangci-lint is not installed');
  });

  it('lint runs golangci-lint in the module, and fails with it', () => {
    const bin = barePath('go', 'cat');
    const program = join(bin, 'golangci-lint');
    writeFileSync(program, '#!/bin/sh\necho "$PWD: $@"\ncat .golangci.yml\nexit "${LINTER_EXIT:-0}"\n');
    chmodSync(program, 0o755);
    const env = { PATH: bin, NX_SKIP_NX_CACHE: 'true' };
    const passed = workspace.nx(['run', 'linted:lint', '--tags=extra', '--args=--fix'], env);
    expect(passed.output).toContain(`${workspace.name}/linted: run --build-tags=extra --fix ./...\n`);
    expect(passed.status).toBe(0);
    expect(workspace.nx(['run', 'linted:lint'], { ...env, LINTER_EXIT: '1' }).status).toBe(1);
  });

  it.skipIf(spawnSync('golangci-lint', ['version']).status !== 0)(
    'lint shows the findings of golangci-lint (needs golangci-lint)',
    () => {
      expect(workspace.nx(['run', 'linted:lint']).status).toBe(0);
      workspace.write('linted/more.go', 'package linted\n\nfunc unused() {}\n');
      const { status, output } = workspace.nx(['run', 'linted:lint']);
      expect(output).toContain('func unused is unused');
      expect(status).toBe(1);
    },
  );
});

describe('doctor', () => {
  it('lists what is installed for each platform, and succeeds if nothing is missing', () => {
    const { status, output } = workspace.nx(['run', 'echo:doctor']);
    expect(status, output).toBe(0);
    expect(output).toMatch(/✔ Go +go1\.\d+/);
    expect(output).toMatch(/✔ room +[\d.]+ [MG]iB for \S+/);
    expect(output).toContain('nothing is missing');
    expect(workspace.nx(['run', 'shelf:doctor']).output).toContain('nothing is missing');
  });

  it.each<[string, Readonly<Record<string, string>>, Readonly<Record<string, string>>, string[]]>([
    [
      'a newer Go',
      { 'echo/go.mod': 'module example.org/echo\n\ngo 1.99\n' },
      { GOTOOLCHAIN: 'local' },
      ['✖ modules', 'Go 1.99 or newer is required'],
    ],
    [
      'a module that go.mod does not require',
      { 'echo/more.go': 'package main\n\nimport _ "example.org/nowhere"\n' },
      {},
      ['✖ modules', 'no required module provides package example.org/nowhere'],
    ],
    [
      'a module that cannot be downloaded',
      {
        'echo/go.mod': module('echo', '\nrequire example.org/nowhere v1.0.0\n'),
        'echo/more.go': 'package main\n\nimport _ "example.org/nowhere"\n',
      },
      { GOPROXY: 'off', GOFLAGS: '-mod=mod' },
      ['✖ modules', 'GOPROXY'],
    ],
    [
      'cgo, for a program that consists of C code',
      { 'echo/main.go': 'package main\n\nimport "C"\n\nfunc main() {}\n' },
      {},
      ['✖ echo', '"cgo": true'],
    ],
    [
      'a C library',
      {
        'echo/c.go': 'package main\n\n// #cgo pkg-config: no-such-library\nimport "C"\n',
        'echo/project.json': '{"targets":{"doctor":{"options":{"cgo":true,"platforms":["linux/amd64"]}}}}',
      },
      {},
      ['✖ library no-such-library', 'no-such-library.pc'],
    ],
    ['a writable folder', {}, { GOCACHE: '/proc/no-such-cache' }, ['/proc/no-such-cache']],
  ])('names %s, and fails', (_, files, env, parts) => {
    for (const [path, text] of Object.entries(files)) workspace.write(path, text);
    const { status, output } = workspace.nx(['run', 'echo:doctor'], env);
    expect(status, output).toBe(1);
    for (const part of parts) expect(output).toContain(part);
    expect(output).not.toContain('nothing is missing');
  });

  it('reports a missing toolchain and a missing linter', () => {
    const without = workspace.nx(['run', 'echo:doctor'], { PATH: barePath(), GOROOT: undefined });
    expect(without.status).toBe(1);
    expect(without.output).toContain('go was not found on PATH');
    const linted = workspace.nx(['run', 'linted:doctor'], { PATH: barePath('go') });
    expect(linted.output).toMatch(/· golangci-lint +not installed/);
    expect(linted.status, 'a build needs none').toBe(0);
  });
});

/** Returns a PATH with what Nx requires and some other programs. */
function barePath(...more: string[]): string {
  const bin = workspace.path(`.nx/bin-${more.join('-')}`);
  mkdirSync(bin, { recursive: true });
  for (const name of ['sh', 'git', 'env', ...more]) {
    const real = execFileSync('which', [name], { encoding: 'utf8' }).trim();
    if (!existsSync(join(bin, name))) symlinkSync(real, join(bin, name));
  }
  if (!existsSync(join(bin, 'node'))) symlinkSync(process.execPath, join(bin, 'node'));
  return bin;
}
