import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { manifest, Workspace } from './workspace.ts';

/** Vendored programs that read their version from `git describe`, which requires the tags. */
let upstream: Workspace;
let ours: Workspace;
beforeAll(() => {
  upstream = new Workspace({
    'Cargo.toml': manifest('server'),
    'build.rs': `use std::process::Command;
fn main() {
    let output = Command::new("git").args(["describe", "--tags", "--always"]).output().unwrap();
    println!("cargo:rustc-env=VERSION={}", String::from_utf8(output.stdout).unwrap().trim());
}
`,
    'src/main.rs': 'fn main() { println!("Mill {}", env!("VERSION")); }\n',
  });
  upstream.git('tag', 'v1.2.3');
  upstream.write('NEWS', 'one more commit\n');
  upstream.commit();
  ours = new Workspace(
    {
      'vendor/millwright.toml':
        '[sources.mill]\nplatforms = ["linux/amd64"]\n[sources.mill.crates."."]\nname = "mill-server"\nvalidate = {}\n',
    },
    { platforms: ['linux/amd64'] },
  );
});
afterAll(() => {
  for (const workspace of [upstream, ours]) workspace.remove();
});
/** The sources as a clone of the given kind has them. */
const clone = (...options: string[]) => {
  rmSync(ours.path('vendor/mill'), { recursive: true, force: true });
  const args = ['clone', '--quiet', ...options, `file://${upstream.folder}`, ours.path('vendor/mill')];
  execFileSync('git', args, { stdio: 'pipe' });
};
const described = () =>
  execFileSync('git', ['describe', '--tags', '--always'], {
    cwd: ours.path('vendor/mill'),
    encoding: 'utf8',
  });

beforeEach(() => {
  rmSync(ours.path('artifacts'), { recursive: true, force: true });
});

it.each<[string, readonly string[], string]>([
  ['without tags', ['--no-tags'], 'git -C vendor/mill fetch --tags origin'],
  ['with the last commit alone', ['--depth=1'], 'git -C vendor/mill fetch --tags --unshallow origin'],
])(
  'in a clone %s, doctor and validate name the command that fetches tags, and update fetches them',
  (_, options, remedy) => {
    clone(...options);
    expect(described()).not.toContain('v1.2.3');
    const doctor = ours.nx(['run', 'mill-server:doctor']);
    expect(doctor.output).toContain('git describe finds no tag in vendor/mill');
    expect(doctor.output).toContain(remedy);
    const refused = ours.nx(['run', 'mill-server:validate']);
    expect(refused.status).not.toBe(0);
    expect(refused.output).toContain('which is not a version');
    expect(refused.output).toContain(`${remedy}, and build again`);

    const { status, output } = ours.nx(['run', 'mill-server:update', '--no-build']);
    expect(status, output).toBe(0);
    expect(described()).toMatch(/^v1\.2\.3-1-g/);
    expect(ours.nx(['run', 'mill-server:doctor']).output).not.toContain('finds no tag');
    const validated = ours.nx(['run', 'mill-server:validate']);
    expect(validated.status, validated.output).toBe(0);
    expect(validated.output).toContain('prints "Mill v1.2.3-1-g');
  },
);
