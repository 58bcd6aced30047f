import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { manifest, nxEnvironment, repository, Workspace } from './workspace.ts';

/**
 * Runs commands of the documentation as printed, in a workspace with the projects that they name. `tools/doc-commands.json`
 * says which test runs which command.
 */
let workspace: Workspace;
let scratch: string;

const echo = 'fn main() { println!("{:?}", std::env::args().skip(1).collect::<Vec<_>>()); }\n';
const goEcho =
  'package main\n\nimport (\n\t"fmt"\n\t"os"\n)\n\nvar version = "none"\n\nfunc main() { fmt.Println(version, os.Args[1:]) }\n';

beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'millwright-docs-'));
  // The command as `npm install --global` puts it on PATH.
  mkdirSync(join(scratch, 'bin'));
  const program = join(repository, 'packages/cli/dist/cli.js');
  writeFileSync(
    join(scratch, 'bin/millwright'),
    `#!/bin/sh\nexport XDG_CACHE_HOME="${scratch}/cache"\nexec node "${program}" "$@"\n`,
  );
  chmodSync(join(scratch, 'bin/millwright'), 0o755);
  workspace = new Workspace(
    {
      'Cargo.toml': `${manifest('app')}[workspace]\nmembers = ["worker"]\n`,
      'README.md': '# app\n',
      'src/main.rs': echo,
      'worker/Cargo.toml': manifest('worker'),
      'worker/src/main.rs': echo,
      'tool/go.mod': 'module example.org/tool\n\ngo 1.25\n',
      'tool/main.go': goEcho,
      'tools/go.mod': 'module example.org/tools\n\ngo 1.25\n',
      'tools/cmd/server/main.go': goEcho,
      'tools/cmd/client/main.go': goEcho,
    },
    undefined,
    undefined,
    [
      { plugin: '@millwright/cargo', options: { platforms: ['linux/amd64', 'linux/arm64'], package: true } },
      { plugin: '@millwright/go', options: { platforms: ['linux/amd64'] } },
    ],
  );
});

afterAll(() => {
  workspace.remove();
  rmSync(scratch, { recursive: true, force: true });
});

/** Runs a command in a shell, as a reader who pastes it would. */
function shell(command: string, folder = workspace.folder, expected = 0): string {
  const { PATH } = process.env;
  const { status, stdout, stderr } = spawnSync('sh', ['-ec', command], {
    cwd: folder,
    env: nxEnvironment({
      PATH: `${join(scratch, 'bin')}:${PATH}`,
      MILLWRIGHT_PASSPHRASE: 'correct horse battery staple',
    }),
    encoding: 'utf8',
    input: '',
  });
  expect(status, `${command}\n${stdout}${stderr}`).toBe(expected);
  return stdout + stderr;
}

describe('the quick start', () => {
  it.each<[string, RegExp]>([
    ['npx nx run-many -t build', / app +linux\/arm64 .+ built$/m],
    ['npx nx run-many -t build', / app +linux\/arm64 .+ cache$/m],
    ['npx nx affected -t build test', /No tasks were run/],
    ['npx nx run app:doctor', /nothing is missing/],
    ['(cd artifacts/linux/amd64 && sha256sum -c ./*.sha256)', /^app: OK$/m],
  ])('%s', (command, expected) => {
    expect(shell(command)).toMatch(expected);
  });
});

describe('why a task ran again', () => {
  it.each<[string, RegExp, number?]>([
    ['npx nx run app:explain', /^app:build-linux-amd64:release /m],
    ['npx nx run app:explain --task=test', /^app:test /m],
    ['npx nx show target app:build-linux-amd64 inputs --check src/main.rs README.md', /✗[^✓]*README\.md/s, 1],
  ])('%s', (command, expected, status) => {
    expect(shell(command, workspace.folder, status)).toMatch(expected);
  });
});

describe('the options of builds and runs', () => {
  it.each<[string, RegExp]>([
    ['npx nx run worker:run -- --once --profile=fast', /^\["--once", "--profile=fast"\]$/m],
    ['npx nx run worker:run --bin=worker --once', /^\["--once"\]$/m],
    ['npx nx run worker:run --args=--once', /^\["--once"\]$/m],
    ['npx nx run tool:build --ldflags="-X main.version=1.2.0"', / tool +linux\/amd64 .+ built$/m],
    ['npx nx run tools:run --program=server --port=8080', /\[--port=8080\]$/m],
  ])('%s', (command, expected) => {
    expect(shell(command)).toMatch(expected);
  });
});

const isMinisignMissing = spawnSync('minisign', ['-v']).error !== undefined;

describe('signed releases', () => {
  const other = () => join(scratch, 'other');

  it('packages and signs what was built', () => {
    shell('npx nx run app:package');
    expect(shell('ls artifacts/archives/app')).toMatch(/^SHA256SUMS\napp-0\.1\.0-linux-amd64\.tar\.gz\n/);
    shell('millwright key generate');
    shell('NX_SKIP_NX_CACHE=true npx nx run app:package');
    shell('millwright sign artifacts/archives/app --key minisign.key --comment "app 1.2.3"');
  });

  it('verifies and installs it on another machine', () => {
    cpSync(workspace.path('artifacts/archives/app'), join(other(), 'app'), { recursive: true });
    cpSync(workspace.path('minisign.pub'), join(other(), 'minisign.pub'));
    expect(shell('millwright verify app --key minisign.pub', other())).toContain('verified (app 1.2.3)');
    expect(shell('millwright install app --key minisign.pub', other())).toMatch(
      /^app 0\.1\.0 for linux\/amd64/m,
    );
  });

  it.skipIf(isMinisignMissing && process.env.CI === undefined)('verifies it with standard tools', () => {
    const command =
      'cd app && minisign -Vm SHA256SUMS -p ../minisign.pub && sha256sum --check --ignore-missing SHA256SUMS';
    expect(shell(command, other())).toMatch(/^app-0\.1\.0-linux-amd64\.tar\.gz: OK$/m);
  });

  it('signs with a key of cosign', () => {
    mkdirSync(join(scratch, 'cosign/dist'), { recursive: true });
    for (const file of ['dist/app', 'app.tar.gz']) writeFileSync(join(scratch, 'cosign', file), 'content');
    const cosign = (command: string) => shell(command, join(scratch, 'cosign'));
    cosign('millwright key generate --format cosign');
    cosign('millwright sign dist --key cosign.key');
    cosign('millwright sign app.tar.gz --key cosign.key');
    expect(cosign('millwright verify app.tar.gz --key cosign.pub')).toContain('verified');
  });

  it('replaces the key, and then revokes it', () => {
    shell('millwright key generate --secret-key new.key --public-key new.pub');
    shell('millwright key rotate minisign.key --to new.pub');
    shell('millwright sign artifacts/archives/app --key new.key');
    rmSync(join(other(), 'app'), { recursive: true });
    cpSync(workspace.path('artifacts/archives/app'), join(other(), 'app'), { recursive: true });
    for (const file of ['rotation.txt', 'new.pub']) cpSync(workspace.path(file), join(other(), file));
    cpSync(workspace.path('minisign.pub'), join(other(), 'revoked.txt'));
    shell('millwright install app --rotation rotation.txt', other());
    shell('millwright verify app --key minisign.pub --rotation rotation.txt', other());
    shell('millwright verify app --key new.pub --revoked revoked.txt', other());
  });
});
