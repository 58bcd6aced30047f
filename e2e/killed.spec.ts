import { execFileSync } from 'node:child_process';
import { chmodSync } from 'node:fs';
import { afterEach, expect, it } from 'vitest';
import { manifest, Workspace } from './workspace.ts';

/** A compiler wrapper that kills its compiler like the kernel when memory runs out, as often as a file specifies. */
const wrapper = `#!/bin/sh
rustc=$1
shift
left=$(cat "$KILLS")
case "$*" in
  *"--crate-name app"*)
    if [ "$left" -gt 0 ]; then echo $((left - 1)) > "$KILLS"; kill -9 $$; fi ;;
esac
exec "$rustc" "$@"
`;

let workspace: Workspace;
afterEach(() => {
  workspace.remove();
});

function build(kills: number) {
  workspace = new Workspace({
    'Cargo.toml': '[workspace]\nmembers = ["crates/*"]\nresolver = "2"\n',
    'crates/app/Cargo.toml': manifest('app'),
    'crates/app/src/main.rs': 'fn main() { println!("alive"); }\n',
    'wrap.sh': wrapper,
  });
  chmodSync(workspace.path('wrap.sh'), 0o755);
  workspace.write('.nx/kills', String(kills));
  return workspace.nx(['run', 'app:build', '--verbose'], {
    RUSTC_WRAPPER: workspace.path('wrap.sh'),
    KILLS: workspace.path('.nx/kills'),
    CARGO_BUILD_JOBS: '4',
  });
}

it('retries with half the jobs when a compiler is killed once, and builds the correct artifact', () => {
  const { status, output } = build(1);
  expect(output).toContain('retrying with 2 jobs');
  expect(status, output).toBe(0);
  expect(execFileSync(workspace.path('artifacts/linux/amd64/app'), { encoding: 'utf8' })).toBe('alive\n');
});

it('fails with COMPILER_KILLED and leaves no artifact when the compiler is killed twice', () => {
  const { status, output } = build(9);
  expect(status).not.toBe(0);
  expect(output).toContain('COMPILER_KILLED');
  expect(output).toContain('CARGO_BUILD_JOBS=1');
  expect(workspace.exists('artifacts/linux/amd64/app')).toBe(false);
});

it('records the time and memory of a build, and prints them with --verbose', () => {
  const { output } = build(0);
  expect(output).toMatch(/1 crate compiled, 0 fresh, peak memory [\d.]+ [KMG]iB, processor time [\d.]+ s/);
  const metrics = JSON.parse(workspace.read('artifacts/linux/amd64/app.metrics.json')) as Record<
    string,
    unknown
  >;
  expect(metrics).toMatchObject({ cratesCompiled: 1, cratesFresh: 0, kind: 'clean', cacheHits: null });
  expect(metrics.wallMilliseconds).toBeGreaterThan(0);
});
