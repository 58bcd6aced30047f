import { hostPlatform } from '@millwright/toolkit';
import { afterEach, expect, it } from 'vitest';
import { manifest, Workspace } from './workspace.ts';

let workspace: Workspace;
afterEach(() => {
  workspace.remove();
});
const app = (main: string) => ({ 'Cargo.toml': manifest('app'), 'src/main.rs': main });

it.runIf(hostPlatform().goos === 'linux').each([
  ['windows/amd64', 'only available on Windows'],
  ['darwin/arm64', 'only available on macOS'],
])('build and doctor reject %s on Linux before compiling', (platform, why) => {
  workspace = new Workspace(app('fn main() {}\n'), { platforms: [platform] });
  const env = { SDKROOT: undefined };
  const build = workspace.nx(['run', 'app:build'], env);
  expect(build.status).not.toBe(0);
  expect(build.output).toContain('error[LINKER_MISSING]: cannot link for ');
  expect(build.output).toContain(why);
  expect(workspace.exists('target')).toBe(false);
  const doctor = workspace.nx(['run', 'app:doctor'], env);
  expect(doctor.status).not.toBe(0);
  expect(doctor.output).toContain(why);
  expect(doctor.output).not.toContain('nothing is missing');
});

it('a program that compiles but does not link fails with LINK_FAILED', () => {
  workspace = new Workspace(
    app(
      '#[link(name = "no-such-library")]\nunsafe extern "C" { fn missing(); }\nfn main() { unsafe { missing() } }\n',
    ),
  );
  for (const target of ['build', 'test']) {
    const { status, output } = workspace.nx(['run', `app:${target}`]);
    expect(status).not.toBe(0);
    expect(output).toContain('error[LINK_FAILED]: ');
    expect(output).toContain('no-such-library');
    expect(output).not.toContain('does not compile');
  }
});
