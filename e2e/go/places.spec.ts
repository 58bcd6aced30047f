import { readFileSync, rmSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { manifest, Workspace } from '../workspace.ts';

const main = (text: string) => `package main\n\nfunc main() { println("${text}") }\n`;
const mod = (name: string) => `module example.org/${name}\n\ngo 1.25\n`;
/** `e_machine` of an ELF header. */
const machineOf = (path: string) => ({ 62: 'x86-64', 183: 'aarch64' })[readFileSync(path).readUInt16LE(18)];
const goPlugin = { plugin: '@millwright/go', options: { platforms: ['linux/amd64', 'linux/arm64'] } };

describe('options on the command line take effect or are rejected by name', () => {
  let workspace: Workspace;
  beforeAll(() => {
    workspace = new Workspace(
      { 'app/go.mod': mod('app'), 'app/main.go': main('app') },
      undefined,
      undefined,
      [goPlugin],
    );
  });
  afterAll(() => {
    workspace.remove();
  });
  afterEach(() => {
    rmSync(workspace.path('artifacts'), { recursive: true, force: true });
  });

  it('--platform on build builds only for that platform, and no cache entry replays the others', () => {
    const first = workspace.nx(['run', 'app:build', '--platform=linux/arm64']);
    expect(first.status, first.output).toBe(0);
    expect(machineOf(workspace.path('artifacts/linux/arm64/app'))).toBe('aarch64');
    expect(workspace.exists('artifacts/linux/amd64')).toBe(false);
    expect(first.output).toContain(
      'build-linux-amd64 was skipped: the command line selects build-linux-arm64',
    );

    expect(workspace.nx(['run', 'app:build']).status).toBe(0);
    expect(machineOf(workspace.path('artifacts/linux/amd64/app'))).toBe('x86-64');
  });

  it('options of build apply to the builds of all platforms', () => {
    const { status, output } = workspace.nx(['run', 'app:build', '--ldflags=-X main.nothing=1 -nosuchflag']);
    expect(status).not.toBe(0);
    expect(output).toContain('nosuchflag');
  });

  it.each<[string, readonly string[], string, string]>([
    [
      'a platform other than that of the target',
      ['build-linux-amd64', '--platform=linux/arm64'],
      'error[OPTION_CONTRADICTS_TARGET]: app:build-linux-amd64 builds for linux/amd64, but linux/arm64 was requested',
      'nx run app:build-linux-arm64',
    ],
    [
      'a platform that the project is not built for',
      ['build', '--platform=linux/riscv64'],
      'OPTION_CONTRADICTS_TARGET',
      'configured platforms of app: linux/amd64, linux/arm64',
    ],
    [
      'another profile',
      ['build-linux-amd64', '--profile=dev'],
      'OPTION_CONTRADICTS_TARGET',
      'app:build-linux-amd64:dev',
    ],
    [
      'the folder of another platform',
      ['build-linux-amd64', '--outputPath=artifacts/linux/arm64'],
      'error[ARTIFACT_PLACE_WRONG]: cannot write the artifacts to artifacts/linux/arm64, which is for linux/arm64',
      'the build is for linux/amd64',
    ],
  ])('%s', (_, [target = '', ...args], what, way) => {
    const { status, output } = workspace.nx(['run', `app:${target}`, ...args]);
    expect(status).not.toBe(0);
    expect(output).toContain(what);
    expect(output).toContain(way);
    expect(workspace.exists('artifacts/linux')).toBe(false);
  });
});

describe('programs with the same name', () => {
  let workspace: Workspace;
  beforeAll(() => {
    workspace = new Workspace(
      {
        'one/go.mod': mod('one'),
        'one/cmd/server/main.go': main('one'),
        'two/go.mod': mod('two'),
        'two/cmd/server/main.go': main('two'),
        'alone/go.mod': mod('alone'),
        'alone/main.go': main('alone'),
        'mill-go/go.mod': mod('mill-go'),
        'mill-go/cmd/mill/main.go': main('go'),
        'mill/Cargo.toml': manifest('mill', '[workspace]\n'),
        'mill/src/main.rs': 'fn main() { println!("rust"); }\n',
      },
      undefined,
      undefined,
      [
        { plugin: '@millwright/go', options: { platforms: ['linux/amd64'] } },
        { plugin: '@millwright/cargo', options: { platforms: ['linux/amd64'] } },
      ],
    );
  });
  afterAll(() => {
    workspace.remove();
  });

  it('of two modules get separate folders, and others stay in place', () => {
    const { status, output } = workspace.nx(['run-many', '-t', 'build', '-p', 'one,two,alone']);
    expect(status, output).toBe(0);
    for (const path of ['one/server', 'two/server', 'alone']) {
      expect(workspace.exists(`artifacts/linux/amd64/${path}`), path).toBe(true);
    }
    expect(workspace.exists('artifacts/linux/amd64/server')).toBe(false);
  });

  it('of a Go module and a crate are rejected with both names', () => {
    const { status, output } = workspace.nx(['run', 'mill-go:build']);
    expect(status).not.toBe(0);
    expect(output).toMatch(/error\[ARTIFACT_NAME_TAKEN\]: mill-go and mill would both write/);
    expect(workspace.exists('artifacts/linux/amd64/mill')).toBe(false);
  });
});
