/**
 * Installs what this repository requires (its npm packages, a current Node, Rust, cross compilers) and then
 * runs a script in this folder: `node tools/bootstrap.mjs tools/demo.ts`. It runs before anything is
 * installed, so it is plain JavaScript without dependencies, for any Node since 18.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bringEngine } from './bootstrap/engine.mjs';
import { withPythonTools } from './bootstrap/python-tools.mjs';
import { installToolchains } from './bootstrap/toolchains.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const bin = join(root, 'node_modules', '.bin');

/** Returns true if npm's record in node_modules is older than the lock file. */
function packagesAreBehind() {
  const record = join(root, 'node_modules', '.package-lock.json');
  return !existsSync(record) || statSync(record).mtimeMs < statSync(join(root, 'package-lock.json')).mtimeMs;
}

/**
 * Installs the npm packages. npm skips optional packages that its own Node is too old for, such as the compiled part of
 * Vitest, and npm before 10 fails on an override of a dependency with a tag. With an older Node, npm therefore runs in the
 * Node that the tests use.
 */
function installPackages() {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const install = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const isOld = Number.parseInt(process.versions.node, 10) < 22;
  const packages = ['--package=node@24', '--package=npm@11'];
  mustRun(npm, isOld ? ['exec', '--yes', ...packages, '--', 'npm', ...install] : install);
}

/** Runs a program in the repository with our Node first on PATH. Exits on failure. */
function mustRun(program, args) {
  const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH ?? ''}` };
  const { status, signal, error } = spawnSync(program, args, { cwd: root, env, stdio: 'inherit' });
  if (error) console.error(`bootstrap: ${program} cannot be started: ${error.message}`);
  if (status !== 0) process.exit(status ?? (signal === 'SIGINT' ? 130 : 1));
}

const [script, ...args] = process.argv.slice(2);
if (script === undefined) {
  console.error('usage: node tools/bootstrap.mjs <script> [arguments]');
  process.exit(2);
}
if (packagesAreBehind()) {
  console.log('bootstrap: installing npm packages');
  installPackages();
}
const isDemo = script === 'tools/demo.ts';
installToolchains(root, !isDemo);
process.env.PATH = withPythonTools(root, process.env.PATH ?? '', !isDemo);
if (!isDemo) bringEngine(root);
mustRun(join(bin, 'tsc'), ['-b']);
mustRun(join(bin, 'node'), [script, ...args]);
