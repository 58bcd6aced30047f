import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProgram } from './program.js';
import { completedCommands } from './completion/model.js';
import { completionScript } from './completion/shells.js';
import { writeBundle } from './component.spec.helper.js';
import { rebuildableArtifact } from './rebuildable.spec.helper.js';

const program = join(import.meta.dirname, '../dist/cli.js');
const commands = completedCommands(createProgram('1.2.3'));
let folder: string;

function millwright(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  return spawnSync(process.execPath, [program, ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, FORCE_COLOR: undefined, NO_COLOR: undefined, ...env },
  });
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'millwright-'));
  writeFileSync(join(folder, 'release.pub'), '');
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe.each(commands.map(({ path }) => path))('the help of `millwright %s`', (path) => {
  const { stdout, status } = spawnSync(
    process.execPath,
    [program, ...path.split(' ').filter(Boolean), '--help'],
    {
      encoding: 'utf8',
      env: { ...process.env, COLUMNS: '80', FORCE_COLOR: '1' },
    },
  );

  it('fits into 80 columns, without colours', () => {
    expect(status).toBe(0);
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
    // eslint-disable-next-line no-control-regex -- it is what is looked for
    expect(stdout).not.toMatch(/\u001B/);
  });

  it('shows examples of the command, its exit codes, and --json', () => {
    expect(stdout).toContain(`\nExamples:\n  $ millwright ${path}`);
    expect(stdout).toMatch(/\nExit codes:\n {2}0 {2}/);
    expect(stdout).toContain('--json');
    expect(stdout.includes('\n  1  ')).toBe(
      ['', 'rebuild', 'scan', 'storage', 'storage check', 'verify'].includes(path),
    );
  });
});

it.each<[title: string, args: readonly string[], why: string]>([
  ['a misspelt command', ['verifi', 'd'], "unknown command 'verifi'. Did you mean verify?"],
  ['a misspelt command of keys', ['key', 'genrate'], "unknown command 'genrate'. Did you mean generate?"],
  [
    'a misspelt option',
    ['key', 'rotate', 'd', '--too', 'x'],
    "not specified, and unknown option '--too'. Did you mean --to?",
  ],
  ['a missing option', ['key', 'rotate', 'd'], "required option '--to <file-or-key>' not specified"],
  ['an unknown shell', ['completion', 'csh'], 'Allowed choices are bash, zsh, fish.'],
])('%s is an error of the usual format, and one JSON object with --json', (_, args, why) => {
  const { status, stdout, stderr } = millwright(args);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toMatch(/^error\[COMMAND_USAGE\]: /);
  expect(stderr).toContain(why);
  const json = millwright(['--json', ...args]);
  expect({ status: json.status, stderr: json.stderr }).toEqual({ status: 2, stderr: '' });
  const { error } = JSON.parse(json.stdout) as { error: { code: string; why: string } };
  expect(error.code).toBe('COMMAND_USAGE');
  expect(error.why).toContain(why);
});

it.each<[title: string, env: NodeJS.ProcessEnv, isColoured: boolean]>([
  ['no colour where standard error is no terminal', {}, false],
  ['colour that FORCE_COLOR asks for', { FORCE_COLOR: '1' }, true],
  ['no colour with NO_COLOR, even with FORCE_COLOR', { FORCE_COLOR: '1', NO_COLOR: '1' }, false],
])('errors have %s', (_, env, isColoured) => {
  expect(millwright(['verifi'], env).stderr.includes('[')).toBe(isColoured);
});

it('prints the fields with --json that the README promises', () => {
  const readme = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8');
  const table = readme.slice(readme.search(/^\| command +\| fields/m));
  mkdirSync(join(folder, 'dist'));
  writeFileSync(join(folder, 'dist/app-linux-amd64.tar.gz'), '');
  mkdirSync(join(folder, 'dist/binaries'));
  writeFileSync(join(folder, 'dist/binaries/tool-linux-amd64'), '');
  writeFileSync(join(folder, 'app.cdx.json'), '{"bomFormat":"CycloneDX"}');
  writeFileSync(join(folder, 'osv.json'), '{"id":"RUSTSEC-1"}');
  writeFileSync(join(folder, 'tasks.json'), '{"graph":{"nodes":{}},"tasks":{"tasks":{}}}');
  rebuildableArtifact(join(folder, 'rebuildable'), 'program');
  writeBundle(folder);
  const install = ['install', 'dist', '--name', 'tool', '--platform', 'linux/amd64', '--cache', 'cache'];
  const runs: Readonly<Record<string, readonly string[]>> = {
    'key generate': ['key', 'generate', '--no-passphrase'],
    'key public': ['key', 'public', 'minisign.key'],
    'key rotate': ['key', 'rotate', 'minisign.key', '--to', 'minisign.pub'],
    sign: ['sign', 'dist', '--key', 'minisign.key'],
    verify: ['verify', 'dist', '--key', 'minisign.pub'],
    install: [...install, '--key', 'minisign.pub'],
    rebuild: ['rebuild', 'rebuildable/app', '--workspace', 'rebuildable'],
    scan: ['scan', 'app.cdx.json', '--database', 'osv.json'],
    'component init': ['component', 'init', 'new'],
    'component test': ['component', 'test', 'app'],
    'bundle build': ['bundle', 'build'],
    'component info': ['component', 'info', 'app'],
    'component build': ['component', 'build', 'app', '--platforms', 'linux/amd64,linux/arm64'],
    'ci matrix': ['ci', 'matrix', 'tasks.json'],
    completion: ['completion', 'fish'],
  };
  for (const [command, args] of Object.entries(runs)) {
    const { status, stdout } = millwright(['--json', ...args]);
    expect(status, stdout).toBe(0);
    const row = new RegExp(`^\\| \`${command}\` +\\| (.*)\\|$`, 'm').exec(table)?.[1] ?? '';
    const promised = [...row.matchAll(/`(\w+)`/g)].map(([, field]) => field);
    expect(promised.length, command).toBeGreaterThan(0);
    expect(Object.keys(JSON.parse(stdout) as object), command).toEqual(expect.arrayContaining(promised));
  }
  // server.slow.spec.ts covers the commands that need a server.
  const leaves = commands
    .filter(
      ({ path, commands: below }) =>
        below.length === 0 && !/^(serve|server|token|cache|storage)\b/.test(path),
    )
    .map(({ path }) => path);
  expect(Object.keys(runs).sort()).toEqual(leaves.sort());
});

it('starts without any module that a command does not need', () => {
  const loader = `data:text/javascript,${encodeURIComponent(`
    import { registerHooks } from 'node:module';
    registerHooks({ load(url, context, next) { process.stderr.write(url + '\\n'); return next(url, context); } });`)}`;
  const modulesOf = (...args: string[]) =>
    spawnSync(process.execPath, ['--import', loader, program, ...args], { encoding: 'utf8', cwd: folder })
      .stderr;
  expect(modulesOf('--version')).toMatch(/toolkit\/dist\/core\.js/);
  expect(modulesOf('--version')).not.toMatch(/artifacts|execa|zod|yaml|commands\//);
  const verify = modulesOf('verify', '.', '--key', 'release.pub');
  expect(verify).toMatch(/artifacts\/dist\/signing\.js/);
  expect(verify).not.toMatch(/execa|zod|yaml|tar-stream|yazl|yauzl/);
});

it.skipIf(process.platform !== 'linux')(
  'exits with 2 if the result cannot be printed, and ignores a closed pipe',
  () => {
    const full = openSync('/dev/full', 'w');
    const { status, stderr } = spawnSync(process.execPath, [program, 'completion', 'bash'], {
      stdio: ['ignore', full, 'pipe'],
      encoding: 'utf8',
    });
    closeSync(full);
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: expect.stringContaining('error[COMMAND_FILE_NOT_WRITABLE]') as string,
    });
    const piped = `'${process.execPath}' '${program}' completion bash | true; echo \${PIPESTATUS[0]}`;
    const closed = spawnSync('bash', ['-c', piped], { encoding: 'utf8' });
    expect({ stdout: closed.stdout, stderr: closed.stderr }).toEqual({ stdout: '0\n', stderr: '' });
  },
);

/** A program that prints what its shell offers for the last of some words, one a line. */
const shells = {
  bash: `t() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _millwright; printf '%s\\n' "\${COMPREPLY[@]}"; }`,
  // The functions by which zsh takes what is offered, which work in its line editor only.
  zsh: `_describe() { local -a all; all=("\${(@P)2}"); print -rl -- "\${(@)all%%:*}"; }; _files() { print -l *; }
    compadd() { shift; print -rl -- "$@"; }; compdef() { :; }
    t() { local -a words; words=("$@"); local CURRENT=$#; _millwright; }`,
  fish: 'function t; complete -C (string join " " -- $argv) | string split -f 1 \\t; true; end',
} as const;

describe.each(Object.entries(shells) as [keyof typeof shells, string][])(
  'completion in %s',
  (shell, preamble) => {
    const isMissing = spawnSync(shell, ['--version']).error !== undefined && process.env.CI === undefined;

    it.skipIf(isMissing).each<[words: readonly string[], some: readonly string[], none: readonly string[]]>([
      [[''], ['key', 'verify', 'completion'], ['generate', 'release.pub']],
      [['key', ''], ['generate', 'rotate'], ['verify']],
      [['--json', 'key', ''], ['generate'], ['verify']],
      [['verify', '--'], ['--revoked', '--json', '--help'], ['--comment']],
      [['key', 'generate', '--'], ['--no-passphrase'], ['--revoked']],
      [['verify', '--key', ''], ['release.pub'], ['--revoked']],
      [['verify', '--key', 'key', '--'], ['--revoked'], ['--no-passphrase']],
      [['install', '--platform', ''], ['linux/arm64'], ['release.pub']],
      [['completion', ''], ['zsh'], ['release.pub']],
    ])('after `millwright %j`, offers %j but not %j', (words, some, none) => {
      const script = `${preamble}\n${completionScript(shell, commands)}\nt millwright ${words.map((word) => `'${word}'`).join(' ')}\n`;
      const { stdout, stderr, status } = spawnSync(
        shell,
        shell === 'zsh' ? ['-f', '-c', script] : ['-c', script],
        {
          cwd: folder,
          encoding: 'utf8',
        },
      );
      expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
      const offered = stdout.split('\n');
      expect(offered).toEqual(expect.arrayContaining([...some]));
      expect(offered.filter((one) => none.includes(one))).toEqual([]);
    });

    it('prints the script whole', () => {
      expect(millwright(['completion', shell]).stdout).toBe(completionScript(shell, commands));
    });
  },
);
