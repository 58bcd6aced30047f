/** Runs every check of this repository in two parallel lanes, and prints the results at the end. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freshCaches } from './fresh-caches.ts';
import { Turn } from './turn.ts';
import { describeFailures, type VitestReport } from './test-failures.ts';

const root = join(import.meta.dirname, '..');
type Check = readonly [name: string, program: string, ...args: string[]];

const endToEnd = ['vitest', 'run', '--config', 'e2e/vitest.config.ts'] as const;
/** The end-to-end tests of the first lane, as prefixes of their paths in `e2e/`. */
const stacks = ['compose/', 'security/', 'gristmill.spec'];
/** The lanes take about equally long. Checks in different lanes do not affect each other. */
const lanes: readonly (readonly Check[])[] = [
  [
    ['types', 'tsc', '-p', 'tools'],
    ['lint', 'eslint', '.'],
    ['boundaries', 'depcruise', '--config', '.dependency-cruiser.mjs', 'packages/*/src'],
    ['format', 'prettier', '--check', '--log-level=warn', '.'],
    ['schemas', 'node', 'tools/generate-schemas.ts', '--check'],
    ['error page', 'node', 'tools/generate-errors.ts', '--check'],
    ['options page', 'node', 'tools/generate-configuration.ts', '--check'],
    ['unit and integration', 'vitest', 'run'],
    // Checks that build in this repository itself are in one lane.
    ['end to end: stacks', ...endToEnd, ...stacks],
  ],
  [['end to end: builds', ...endToEnd, ...stacks.map((path) => `--exclude=**/${path}**`)]],
];

// Everything that tests leave behind is removed with this folder. The name is short, because it contains
// sockets.
const scratch = mkdtempSync(join(tmpdir(), 'mw-'));
// Some tests act as another user in it.
chmodSync(scratch, 0o755);
const caches = process.env.CI ? freshCaches(join(scratch, 'caches'), process.env) : {};
const running = lanes.map((checks) => {
  const turn = new Turn(process.stdout);
  return { turn, ended: runAll(checks, turn) };
});
const results = [];
for (const { turn, ended } of running) {
  turn.begin();
  results.push(...(await ended));
}
console.log('');
for (const { name, passed, seconds } of results) {
  console.log(`${passed ? 'passed' : 'FAILED'}  ${name.padEnd(22)} ${seconds.toFixed(1).padStart(7)} s`);
}
for (const failure of results.flatMap(({ failures }) => failures)) console.log(`\n${failure}`);
process.exitCode = results.every(({ passed }) => passed) ? 0 : 1;
try {
  // Go's cache is read-only, so that only root could delete it directly.
  if (process.env.CI) spawnSync('go', ['clean', '-modcache'], { env: { ...process.env, ...caches } });
  rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
} catch (error) {
  console.log(`\nLeft behind: ${scratch}: ${(error as Error).message}`);
}

async function runAll(checks: readonly Check[], turn: Turn) {
  const results = [];
  for (const check of checks) results.push(await run(check, turn));
  return results;
}

async function run([name, program, ...args]: Check, turn: Turn) {
  turn.write(`\n== ${name}: ${program} ${args.join(' ')}\n`);
  const report = join(scratch, `${name}.json`);
  const reporters =
    program === 'vitest' ? ['--reporter=default', '--reporter=json', `--outputFile=${report}`] : [];
  const started = performance.now();
  const child = spawn(program, [...args, ...reporters], {
    cwd: root,
    stdio: ['inherit', 'pipe', 'pipe'],
    env: {
      ...process.env,
      ...caches,
      TMPDIR: scratch,
      NX_DAEMON: 'false',
      ...(process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}),
    },
  });
  const pass = (chunk: Buffer) => {
    turn.write(chunk);
  };
  child.stdout.on('data', pass);
  child.stderr.on('data', pass);
  const [status] = (await once(child, 'close')) as [number | null];
  const seconds = (performance.now() - started) / 1000;
  const passed = status === 0;
  return { name, passed, seconds, failures: passed || reporters.length === 0 ? [] : failuresIn(report) };
}

/** A Vitest process that was killed leaves no report. */
function failuresIn(report: string): readonly string[] {
  try {
    return describeFailures(JSON.parse(readFileSync(report, 'utf8')) as VitestReport, root);
  } catch (error) {
    return [`No report of its tests: ${(error as Error).message}`];
  }
}
