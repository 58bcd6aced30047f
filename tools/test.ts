/** Runs every check of this repository in parallel lanes, and prints the results at the end. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freshCaches } from './testing/fresh-caches.ts';
import { runInLanes } from './testing/lanes.ts';
import { Turn } from './testing/turn.ts';
import { describeFailures, type VitestReport } from './testing/test-failures.ts';

const root = join(import.meta.dirname, '..');
interface Check {
  readonly name: string;
  readonly command: readonly [program: string, ...args: string[]];
}

const endToEnd = ['vitest', 'run', '--config', 'e2e/vitest.config.ts'] as const;
/** The end-to-end tests that build in this repository or start its stacks, as parts of their paths in `e2e/`. */
const ofThisRepository = ['gristmill.spec', 'compose/stacks.spec', 'compose/openssl.spec'];
/** The folders in `e2e/` that are checks of their own. */
const folders = ['compose/', 'security/', 'soundness/', 'go/'];
const excluding = (paths: readonly string[]) => paths.map((path) => `--exclude=**/${path}**`);
const laneCount = 3;

/**
 * In the order in which they start: the longest first, so that the lanes end at about the same time. Tests of stacks wait
 * more than they compute, so there are more lanes than the two cores of CI.
 */
const checks: readonly Check[] = [
  {
    name: 'end to end: stacks',
    command: [...endToEnd, 'e2e/compose/', ...excluding(ofThisRepository)],
  },
  {
    name: 'end to end: this repository',
    command: [...endToEnd, ...ofThisRepository],
  },
  ...[1, 2].map((part): Check => ({
    name: `end to end: builds ${part}`,
    command: [...endToEnd, `--shard=${part}/2`, ...excluding([...ofThisRepository, ...folders])],
  })),
  ...['security/', 'soundness/', 'go/'].map((part): Check => ({
    name: `end to end: ${part.slice(0, -1)}`,
    command: [...endToEnd, `e2e/${part}`],
  })),
  { name: 'unit and integration: slow', command: ['vitest', 'run', '.slow.spec.ts'] },
  {
    name: 'unit and integration',
    // A process for each file costs a quarter of a second of CPU time. No test depends on it.
    command: ['vitest', 'run', '--no-isolate', '--exclude', '**/*.slow.spec.ts'],
  },
  { name: 'lint', command: ['eslint', '.'] },
  { name: 'types', command: ['tsc', '-p', 'tools'] },
  {
    name: 'boundaries',
    command: ['depcruise', '--config', '.dependency-cruiser.mjs', 'packages/*/src', 'e2e', 'tools'],
  },
  { name: 'format', command: ['prettier', '--check', '--log-level=warn', '.'] },
  { name: 'schemas', command: ['node', 'tools/generate-schemas.ts', '--check'] },
  { name: 'error page', command: ['node', 'tools/generate-errors.ts', '--check'] },
  { name: 'options page', command: ['node', 'tools/generate-configuration.ts', '--check'] },
];

// Everything that tests leave behind is removed with this folder. The name is short, because it contains
// sockets.
const scratch = mkdtempSync(join(tmpdir(), 'mw-'));
// Some tests act as another user in it.
chmodSync(scratch, 0o755);
const caches = process.env.CI ? freshCaches(join(scratch, 'caches'), process.env) : {};
const turns = Array.from({ length: laneCount }, () => new Turn(process.stdout));
const results = [];
for (const { lane, results: ended } of runInLanes(turns, checks, run)) {
  lane.begin();
  results.push(...(await ended));
}
console.log('');
for (const { name, passed, seconds } of results) {
  console.log(`${passed ? 'passed' : 'FAILED'}  ${name.padEnd(27)} ${seconds.toFixed(1).padStart(7)} s`);
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

async function run({ name, command: [program, ...args] }: Check, turn: Turn) {
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
