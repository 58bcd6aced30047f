/** Runs every check of this repository, one after the other, and says at the end what became of each. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

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

const results = checks.map(([name, [program = '', ...args]]) => {
  console.log(`\n== ${name}: ${program} ${args.join(' ')}`);
  const started = performance.now();
  const { status } = spawnSync(program, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, NX_DAEMON: 'false' },
  });
  return { name, passed: status === 0, seconds: (performance.now() - started) / 1000 };
});
console.log('');
for (const { name, passed, seconds } of results) {
  console.log(`${passed ? 'passed' : 'FAILED'}  ${name.padEnd(22)} ${seconds.toFixed(1).padStart(7)} s`);
}
process.exitCode = results.every(({ passed }) => passed) ? 0 : 1;
