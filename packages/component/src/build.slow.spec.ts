import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { hostPlatform, platformSlug, run, temporaryFolder } from '@millwright/toolkit';
import { describeWithTool } from '@millwright/toolkit/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildComponent } from './build.js';

let folder: string;
const write = (path: string, text: string) => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
};
const component = (spec: string) => {
  write(
    'component.yaml',
    `apiVersion: component.flowctl.io/v1
kind: ComponentSpec
metadata: { name: miller, namespace: acme, version: v1.2.0 }
spec:
  type: processor
${spec}`,
  );
};
beforeEach(() => {
  folder = temporaryFolder('component');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

const host = hostPlatform().platform;
const program = `binaries/miller-${platformSlug(host)}`;
const filesOf = (path: string) => readdirSync(path, { recursive: true }).map(String).sort();

describeWithTool(describe, ['go'], 'a component in Go', () => {
  beforeEach(() => {
    write('go.mod', 'module example.com/miller\n\ngo 1.21\n');
    write(
      'src/main.go',
      'package main\n\nvar version string\n\nfunc main() { println("it mills", version) }\n',
    );
    component(`  platforms: [${host}, windows/amd64, darwin/arm64]
  languages:
    - name: go
      main: src/main.go
      build:
        native:
          command: [go, build, -ldflags, -X main.version=7, -o, miller, ./src]
          environment: [GOOS=${hostPlatform().goos}]
`);
  });

  it('is built for each platform, whatever GOOS its file sets, and packaged with its metadata', async () => {
    const warnings: string[] = [];
    const built = await buildComponent({
      folder,
      platforms: ['all'],
      onWarning: ({ what }) => warnings.push(what),
    });
    const output = join(folder, 'artifacts/components/miller');
    expect(built).toMatchObject({ name: 'miller', version: 'v1.2.0', language: 'go', folder: output });
    expect(warnings).toHaveLength(2);
    expect(filesOf(output)).toEqual(
      [
        ...['binaries', 'metadata', 'metadata/build-info.json', 'metadata/component.yaml', program],
        ...['binaries/miller-darwin-arm64', 'binaries/miller-windows-amd64.exe'],
      ].sort(),
    );
    expect((await run(join(output, program), [])).stderr).toBe('it mills 7');
    expect(readFileSync(join(output, 'metadata/component.yaml'))).toEqual(
      readFileSync(join(folder, 'component.yaml')),
    );
    const info = JSON.parse(readFileSync(join(output, 'metadata/build-info.json'), 'utf8')) as object;
    expect(info).toMatchObject({
      component: { name: 'miller', namespace: 'acme', version: 'v1.2.0', type: 'processor' },
      language: 'go',
      programs: [
        { platform: host, path: program, build: { package: './src', platform: host } },
        { platform: 'windows/amd64' },
        { platform: 'darwin/arm64' },
      ],
    });
  });

  it('replaces an earlier package, but no other folder, and keeps both if the build fails', async () => {
    await buildComponent({ folder, platforms: [host], onWarning: () => undefined });
    const output = join(folder, 'artifacts/components/miller');
    const earlier = filesOf(output);
    write('src/main.go', 'package main\n\nfunc main() { nothing() }\n');
    await expect(buildComponent({ folder })).rejects.toMatchObject({ code: 'COMPILE_FAILED' });
    expect(filesOf(output)).toEqual(earlier);
    write('mine/notes.txt', 'keep');
    await expect(buildComponent({ folder, output: join(folder, 'mine') })).rejects.toMatchObject({
      code: 'COMPONENT_OUTPUT_OCCUPIED',
    });
    expect(filesOf(join(folder, 'mine'))).toEqual(['notes.txt']);
    expect(readdirSync(join(folder, 'artifacts/components'))).toEqual(['miller']);
  });

  it('runs its other commands before, as they are written, and stops if one fails', async () => {
    const build = (first: string) => {
      component(`  build:
    language: go
    native:
      commands:
        - ${JSON.stringify(first)}
        - go build -o miller ./src
      environment: { GREETING: it grinds }
`);
      return buildComponent({ folder, output: join(folder, 'out') });
    };
    await build(`printf 'package main\\nfunc main() { println("%s") }' "$GREETING" > src/main.go`);
    expect((await run(join(folder, 'out', program), [])).stderr).toBe('it grinds');
    await expect(build('echo no && exit 3')).rejects.toMatchObject({
      code: 'PROCESS_FAILED',
      what: 'the command failed: echo no && exit 3',
      why: 'it exited with 3',
    });
  });

  it('is found in cmd, and refused if cmd has several programs of other names', async () => {
    component('');
    rmSync(join(folder, 'src'), { recursive: true });
    write('cmd/baker/main.go', 'package main\n\nfunc main() {}\n');
    write('cmd/tool/main.go', 'package main\n\nfunc main() {}\n');
    await expect(buildComponent({ folder })).rejects.toMatchObject({
      code: 'COMPONENT_PROGRAM_AMBIGUOUS',
      why: 'none of cmd/baker, cmd/tool has the name of the component, miller',
    });
    write('cmd/miller/main.go', 'package main\n\nfunc main() { println("from cmd") }\n');
    const { folder: output } = await buildComponent({ folder });
    expect((await run(join(output, program), [])).stderr).toBe('from cmd');
  });

  it('can be below its module', async () => {
    const inner = join(folder, 'components/miller');
    write('components/miller/component.yaml', readFileSync(join(folder, 'component.yaml'), 'utf8'));
    write('components/miller/src/main.go', 'package main\n\nfunc main() { println("below") }\n');
    const { folder: output } = await buildComponent({ folder: inner, onWarning: () => undefined });
    expect(output).toBe(join(inner, 'artifacts/components/miller'));
    expect((await run(join(output, program), [])).stderr).toBe('below');
  });
});

describeWithTool(describe, ['cargo'], 'a component in Rust', () => {
  it('is built by cargo, and packaged', async () => {
    write(
      'Cargo.toml',
      '[package]\nname = "mill-stone"\nversion = "0.1.0"\nedition = "2021"\n\n[[bin]]\nname = "stone"\npath = "src/main.rs"\n',
    );
    write('src/main.rs', 'fn main() { println!("it turns"); }\n');
    component('  build: { native: { command: cargo build --release --bin stone } }\n');
    const { folder: output, language } = await buildComponent({ folder });
    expect(language).toBe('rust');
    expect(filesOf(join(output, 'binaries'))).toEqual([program.replace('binaries/', '')]);
    expect((await run(join(output, program), [])).stdout).toBe('it turns');
  });
});

it('is refused in a language that cannot be built, before anything is written', async () => {
  component('');
  write('package.json', '{}');
  await expect(buildComponent({ folder })).rejects.toMatchObject({ code: 'COMPONENT_LANGUAGE_UNKNOWN' });
  expect(existsSync(join(folder, 'artifacts'))).toBe(false);
});
