import { platformInfo } from '@millwright/toolkit';
import { describe, expect, it } from 'vitest';
import { parseCargoCommand } from './cargo-command.js';
import { planCommands } from './commands.js';
import { programOf } from './crate-program.js';
import { buildEnvironment } from './environment.js';
import { parseGoCommand } from './go-command.js';
import { choosePlatforms } from './platforms.js';

const words = (line: string) => line.split(' ').filter(Boolean);

describe('the words after `go build`', () => {
  const plain = { pkg: undefined, tags: [], ldflags: undefined, gcflags: undefined, args: [] };

  it.each<[string, object]>([
    ['', plain],
    ['-o miller ./src', { ...plain, pkg: './src' }],
    [
      '-o=miller --tags=a,b -trimpath ./cmd/miller',
      { ...plain, pkg: './cmd/miller', tags: ['a', 'b'], args: ['-trimpath'] },
    ],
    ['-ldflags -s -p 4 src/main.go', { ...plain, pkg: 'src/main.go', ldflags: '-s', args: ['-p=4'] }],
  ])('%s', (line, expected) => {
    expect(parseGoCommand(words(line))).toEqual(expected);
  });

  it.each(['./a ./b', './...', 'example.com/app', '-C src .'])('are refused: %s', (line) => {
    expect(parseGoCommand(words(line))).toBeUndefined();
  });
});

describe('the words after `cargo build`', () => {
  it('select program, features, profile and crate', () => {
    expect(
      parseCargoCommand(
        words(
          '--release --bin miller --features a,b --no-default-features --locked --manifest-path mill/Cargo.toml --target x',
        ),
      ),
    ).toEqual({
      ...{
        bin: 'miller',
        profile: undefined,
        features: ['a', 'b'],
        defaultFeatures: false,
        allFeatures: false,
      },
      ...{ manifest: 'mill/Cargo.toml', target: 'x', args: ['--locked'] },
    });
  });

  it.each(['-p miller', '--workspace', '--target-dir out', 'miller'])('are refused: %s', (line) => {
    expect(parseCargoCommand(words(line))).toBeUndefined();
  });
});

describe('the commands of a component', () => {
  const plan = (...commands: (string | string[])[]) =>
    planCommands(
      { main: undefined, commands, binary: undefined, environment: {} },
      'go',
      'app/component.yaml',
    );

  it('are steps before the compiler', () => {
    expect(plan('go generate ./... && true', 'go build -o app ./cmd/app')).toEqual({
      steps: ['go generate ./... && true'],
      compiler: ['-o', 'app', './cmd/app'],
    });
    expect(plan()).toEqual({ steps: [], compiler: undefined });
  });

  it.each([['make'], ['go build . && strip app'], ['go build -ldflags "-X a=$B" .'], ['cargo build']])(
    'are refused if the last one is not the compiler alone: %s',
    (command) => {
      expect(() => plan(command)).toThrow(
        expect.objectContaining({ code: 'COMPONENT_COMMAND_UNSUPPORTED' }) as Error,
      );
    },
  );
});

describe('the environment of a build', () => {
  const environment = { CGO_ENABLED: '1', GOOS: 'linux', CC: 'gcc' };

  it.each<[string, readonly string[]]>([
    ['linux/arm64', []],
    ['darwin/amd64', ['app/component.yaml sets GOOS=linux, but the build is for darwin/amd64']],
  ])('leaves the platform %s to the build, and reports what contradicts it', (platform, expected) => {
    const { env, cgo, warnings } = buildEnvironment(
      environment,
      platformInfo(platform),
      'app/component.yaml',
    );
    expect({ env, cgo }).toEqual({ env: { CC: 'gcc' }, cgo: true });
    expect(warnings.map(({ what }) => what)).toEqual(expected);
  });
});

describe('the platforms of a build', () => {
  const listed = ['linux/amd64', 'darwin/arm64'] as const;
  const choose = (requested?: readonly string[], supported: typeof listed | undefined = listed) =>
    choosePlatforms(requested, supported, 'linux/amd64', 'app/component.yaml');

  it('are that of the machine, the requested ones, or all that are listed', () => {
    expect(choose()).toEqual(['linux/amd64']);
    expect(choose(['darwin/arm64', 'darwin/arm64'])).toEqual(['darwin/arm64']);
    expect(choose(['all'])).toEqual(listed);
    expect(choosePlatforms(['windows/amd64', 'all'], undefined, 'linux/amd64', '')).toEqual([
      'windows/amd64',
      'linux/amd64',
    ]);
  });

  it.each([
    ['is not listed', 'windows/amd64', 'COMPONENT_PLATFORM_UNSUPPORTED'],
    ['is unknown', 'linux/amd46', 'PLATFORM_UNKNOWN'],
  ])('are refused if one %s', (_, platform, code) => {
    expect(() => choose([platform])).toThrow(expect.objectContaining({ code }) as Error);
  });
});

describe('the program of a crate', () => {
  const artifacts = (...names: string[]) =>
    names.map((name) => ({ path: `artifacts/linux/amd64/${name}`, size: 1, sha256: '' }));
  const subject = { name: 'miller', file: 'app/component.yaml' };

  it('is the only one, or the one with the name of the component', () => {
    expect(programOf(artifacts('libmiller.so', 'other'), subject).path).toMatch(/other$/);
    expect(programOf(artifacts('other', 'miller.exe'), subject).path).toMatch(/miller\.exe$/);
  });

  it.each([[['one', 'two']], [['libmiller.so']]])('is refused among %s', (names) => {
    expect(() => programOf(artifacts(...names), subject)).toThrow(
      expect.objectContaining({ code: 'COMPONENT_PROGRAM_AMBIGUOUS' }) as Error,
    );
  });
});
