import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { manifest, Workspace } from './workspace.ts';

/** A program with C code, and one that calls a function added in glibc 2.36. */
const files = {
  // The standard library, too, is compiled with the profile.
  'Cargo.toml': '[workspace]\nmembers = ["crates/*"]\nresolver = "2"\n[profile.release]\nopt-level = 1\n',
  'crates/app/Cargo.toml': manifest('app', '[build-dependencies]\ncc = "=1.2.44"\n'),
  'crates/app/build.rs': 'fn main() { cc::Build::new().file("src/answer.c").compile("answer"); }\n',
  'crates/app/src/answer.c':
    '#include <string.h>\nint answer(void) { return (int)strlen("forty-two") + 33; }\n',
  'crates/app/src/main.rs': `extern "C" { fn answer() -> i32; }
fn main() {
    let caught = std::panic::catch_unwind(|| { if std::env::args().count() > 0 { panic!("unwound") } });
    println!("{} {}", unsafe { answer() }, caught.is_err());
}
`,
};
const needsNew = {
  'Cargo.toml': '[workspace]\nmembers = ["crates/*"]\nresolver = "2"\n',
  'crates/app/Cargo.toml': manifest('app'),
  'crates/app/src/main.rs':
    'extern "C" { fn arc4random() -> u32; }\nfn main() { println!("{}", unsafe { arc4random() } > 0); }\n',
};

let workspace: Workspace;
let modern: Workspace;
beforeAll(() => {
  workspace = new Workspace(files, { platforms: ['linux/amd64', 'linux/arm64'], libc: 'musl' });
  modern = new Workspace(needsNew, { platforms: ['linux/amd64'], glibc: '2.28' });
});
afterAll(() => {
  workspace.remove();
  modern.remove();
});

const describeFile = (path: string) => execFileSync('file', ['--brief', path], { encoding: 'utf8' });

it('builds static binaries for both architectures, which run', () => {
  const { status, output } = workspace.nx(['run', 'app:build']);
  expect(status, output).toBe(0);
  expect(output).toContain('the standard library from source');
  const amd64 = workspace.path('artifacts/linux/amd64/app');
  const arm64 = workspace.path('artifacts/linux/arm64/app');
  expect(describeFile(amd64)).toMatch(/x86-64.*(statically|static-pie) linked/);
  expect(describeFile(arm64)).toMatch(/ARM aarch64.*statically linked/);
  expect(execFileSync(amd64, { encoding: 'utf8', stdio: 'pipe' })).toBe('42 true\n');
  expect(execFileSync('qemu-aarch64', [arm64], { encoding: 'utf8', stdio: 'pipe' })).toBe('42 true\n');
});

it('artifacts for a non-default libc have a separate folder', () => {
  workspace.write(
    'crates/app/project.json',
    JSON.stringify({
      name: 'app',
      targets: {
        extra: {
          executor: '@millwright/cargo:cargo-cross',
          options: { platform: 'linux/amd64', libc: 'musl' },
        },
      },
    }),
  );
  const { status, output } = workspace.nx(['run', 'app:extra']);
  expect(status, output).toBe(0);
  expect(describeFile(workspace.path('artifacts/linux/amd64-musl/app'))).toMatch(/static/);
});

it('rejects a native build that requires a newer glibc than the minimum, naming the symbols', () => {
  const { status, output } = modern.nx(['run', 'app:build-linux-amd64', '--linker=native']);
  expect(status).not.toBe(0);
  expect(output).toContain('ARTIFACT_REFUSED');
  expect(output).toMatch(/arc4random \(2\.36\)/);
  expect(modern.exists('artifacts/linux/amd64/app')).toBe(false);
});

it('zig links for the minimum glibc if the program requires nothing newer', () => {
  modern.write('crates/app/src/main.rs', 'fn main() { println!("old enough"); }\n');
  const { status, output } = modern.nx(['run', 'app:build']);
  expect(status, output).toBe(0);
  expect(output).toContain('cargo-zigbuild');
  const binary = modern.path('artifacts/linux/amd64/app');
  expect(execFileSync(binary, { encoding: 'utf8' })).toBe('old enough\n');
  const versions = [
    ...execFileSync('objdump', ['-T', binary], { encoding: 'utf8' }).matchAll(/GLIBC_2\.(\d+)/g),
  ].map((match) => Number(match[1]));
  expect(Math.max(...versions)).toBeLessThanOrEqual(28);
});
