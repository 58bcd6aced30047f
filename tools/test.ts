/** Runs every check of this repository, one after the other, and says at the end what became of each. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeFailures, type VitestReport } from './test-failures.ts';

const root = join(import.meta.dirname, '..');
const checks: readonly (readonly [string, readonly string[]])[] = [
  ['types', ['tsc', '-p', 'tools']],
  ['lint', ['eslint', '.']],
  ['format', ['prettier', '--check', '--log-level=warn', '.']],
  ['schemas', ['node', 'tools/generate-schemas.ts', '--check']],
  ['error page', ['node', 'tools/generate-errors.ts', '--check']],
  ['unit and integration', ['vitest', 'run']],
  ['end to end', ['vitest', 'run', '--config', 'e2e/vitest.config.ts']],
];

const reports = mkdtempSync(join(tmpdir(), 'millwright-tests-'));

const results = checks.map(([name, [program = '', ...args]]) => {
  console.log(`\n== ${name}: ${program} ${args.join(' ')}`);
  const report = join(reports, `${name}.json`);
  const reporters =
    program === 'vitest' ? ['--reporter=default', '--reporter=json', `--outputFile=${report}`] : [];
  const started = performance.now();
  const { status } = spawnSync(program, [...args, ...reporters], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, NX_DAEMON: 'false' },
  });
  const seconds = (performance.now() - started) / 1000;
  const passed = status === 0;
  return { name, passed, seconds, failures: passed || reporters.length === 0 ? [] : failuresIn(report) };
});
rmSync(reports, { recursive: true, force: true });
console.log('');
for (const { name, passed, seconds } of results) {
  console.log(`${passed ? 'passed' : 'FAILED'}  ${name.padEnd(22)} ${seconds.toFixed(1).padStart(7)} s`);
}
for (const failure of results.flatMap(({ failures }) => failures)) console.log(`\n${failure}`);
process.exitCode = results.every(({ passed }) => passed) ? 0 : 1;

/** A Vitest that was ended from outside leaves no report. */
function failuresIn(report: string): readonly string[] {
  try {
    return describeFailures(JSON.parse(readFileSync(report, 'utf8')) as VitestReport, root);
  } catch (error) {
    return [`No report of its tests: ${(error as Error).message}`];
  }
}
