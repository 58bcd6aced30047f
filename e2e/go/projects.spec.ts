import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readObjectFile } from '@millwright/object-file';
import { outcomes, Workspace } from '../workspace.ts';

const main = 'package main\n\nfunc main() { println("ok") }\n';
const mod = (name: string, rest = '') => `module example.org/${name}\n\ngo 1.25\n${rest}`;

let workspace: Workspace;
beforeAll(() => {
  workspace = new Workspace(
    {
      'plain/go.mod': mod('plain'),
      'plain/main.go': main,
      'templates/module/go.mod': 'module {{.Module}}\n\ngo 1.25\n',
      'templates/module/main.go': main,
      'templates/version/go.mod': 'module example.org/version\n\ngo {{.Version}}\n',
      'templates/jinja/go.mod': 'module example.org/jinja\n{% if x %}\ngo 1.25\n{% endif %}\n',
      'broken/go.mod': 'module example.org/broken\n\nrequire (\n',
      'plain/testdata/m/go.mod': 'module {{.Module}}\n',
      'plain/_skipped/go.mod': mod('skipped'),
      'plain/.hidden/go.mod': mod('hidden'),
      'plain/vendored/vendor/v/go.mod': mod('v'),
      'native/go.mod': mod('native'),
      'native/main.go': `package main

// int answer(void) { return 42; }
import "C"

func main() { println(C.answer()) }
`,
      'mixed/go.mod': mod('mixed'),
      'mixed/cmd/everywhere/main.go': main,
      'mixed/cmd/service/main_windows.go': main,
      'windows/go.mod': mod('windows'),
      'windows/main.go': `//go:build windows\n\n${main}`,
    },
    undefined,
    undefined,
    [{ plugin: '@millwright/go', options: { platforms: ['linux/amd64', 'windows/amd64'] } }],
  );
});
afterAll(() => {
  workspace.remove();
});

const count = (text: string, part: string) => text.split(part).length - 1;

describe('an invalid go.mod', () => {
  it('affects only its own project, and is reported once with a remedy', () => {
    const { status, output } = workspace.nx(['run-many', '-t', 'build', '-p', 'plain,mixed,windows']);
    expect(status, output).toBe(0);
    for (const path of [
      'templates/module/go.mod:1',
      'templates/version/go.mod:3',
      'templates/jinja/go.mod:2',
      'broken/go.mod:4',
    ]) {
      expect(count(output, `warning[GO_MOD_INVALID]: go.mod is invalid\n  --> ${path}\n`), path).toBe(1);
    }
    expect(output).toContain('.nxignore');
    expect(output).not.toContain('testdata/m/go.mod');
  });

  it('changes neither the list of projects nor standard output', () => {
    const { output } = workspace.nx(['show', 'projects', '--json']);
    const list = output.split('\n').find((line) => line.startsWith('['));
    expect((JSON.parse(list ?? '[]') as string[]).sort()).toEqual([
      'broken',
      'mixed',
      'native',
      'plain',
      'windows',
    ]);
  });

  it('fails the targets of its project, unless it is a template', () => {
    const { status, output } = workspace.nx(['run', 'broken:build']);
    // Once while the graph is made, and once by the target.
    expect(count(output, '[GO_MOD_INVALID]: go.mod is invalid\n  --> broken/go.mod:4\n')).toBe(2);
    expect(status).toBe(1);
  });

  it('is no longer reported once .nxignore lists it', () => {
    workspace.write('.nxignore', 'templates\n');
    const { output } = workspace.nx(['show', 'projects']);
    workspace.delete('.nxignore');
    expect(output).not.toContain('templates/');
    expect(output).toContain('broken/go.mod:4');
  });
});

describe('a program that consists of C code', () => {
  it('is rejected by name with a remedy if cgo is off', () => {
    const { status, output } = workspace.nx(['run-many', '-t', 'build', '-p', 'native']);
    expect(status).not.toBe(0);
    expect(output).toContain(
      'error[GO_CGO_OFF]: the program native cannot be built for linux/amd64 without cgo',
    );
    expect(output).toContain('main.go imports "C"');
    expect(output).toContain('set "cgo": true');
  });

  it('is built if cgo is on for the platform, and rejected for the other one', async () => {
    workspace.write(
      'native/project.json',
      JSON.stringify({ targets: { 'build-linux-amd64': { options: { cgo: true } } } }),
    );
    const built = workspace.nx(['run', 'native:build-linux-amd64']);
    const refused = workspace.nx(['run', 'native:build-windows-amd64']);
    workspace.delete('native/project.json');
    expect(built.status, built.output).toBe(0);
    expect(await readObjectFile(workspace.path('artifacts/linux/amd64/native'))).toMatchObject({
      architectures: ['x86_64'],
    });
    expect(refused.status).not.toBe(0);
    expect(refused.output).toContain(
      'error[GO_CGO_OFF]: the program native cannot be built for windows/amd64 without cgo',
    );
  });

  it('is reported if checks skip it', () => {
    workspace.write('native/pure/pure.go', 'package pure\n');
    const { status, output } = workspace.nx(['run', 'native:vet']);
    workspace.delete('native/pure');
    expect(status, output).toBe(0);
    expect(output).toContain('note: skipping ., because cgo is off: main.go imports "C"');
  });
});

describe('a program for some platforms', () => {
  it('is built for these, and reported when another one is built', () => {
    const { status, output } = workspace.nx(['run', 'mixed:build', '--skip-nx-cache']);
    expect(status, output).toBe(0);
    expect(output).toContain(
      'note: the program service has no Go files for linux/amd64: the name of main_windows.go selects another',
    );
    expect(workspace.exists('artifacts/windows/amd64/service.exe')).toBe(true);
    expect(workspace.exists('artifacts/linux/amd64/everywhere')).toBe(true);
    expect(workspace.exists('artifacts/linux/amd64/service')).toBe(false);
  });

  it('is rejected for a platform without any program of the module', () => {
    const all = workspace.nx(['run', 'windows:build', '--skip-nx-cache']);
    expect(all.status, all.output).toBe(0);
    expect(Object.keys(outcomes(all.output))).not.toContain('windows:build-linux-amd64:release');
    const { status, output } = workspace.nx(['run', 'windows:build-linux-amd64']);
    expect(status).not.toBe(0);
    expect(output).toContain(
      'error[GO_PACKAGE_LEFT_OUT]: the program windows has no Go files for linux/amd64',
    );
    expect(output).toContain('main.go has //go:build windows');
  });
});
