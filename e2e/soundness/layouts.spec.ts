import { execFileSync } from 'node:child_process';
import { afterEach, expect, it } from 'vitest';
import { manifest, outcomes, Workspace } from '../workspace.ts';

/** Package layouts of real repositories, each with an edit that changes the binary `tool`. */
interface Layout {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  /** The file in which ONE is replaced by TWO. */
  readonly edited: string;
  /** Files whose edit must not rebuild `tool`. */
  readonly others: readonly string[];
}

const main = 'mod text; fn main() { println!("{}", text::T); }\n';
const text = 'pub const T: &str = "ONE";\n';
const app = { 'app/Cargo.toml': manifest('app'), 'app/src/main.rs': 'fn main() {}\n' };
const bin = '[[bin]]\nname = "tool"\npath = "core/main.rs"\n';

const layouts: readonly Layout[] = [
  {
    name: 'a root package with members, and a binary outside src',
    files: {
      'Cargo.toml': manifest('tool', `${bin}[workspace]\nmembers = ["app"]\n`),
      'core/main.rs': main,
      'core/text.rs': text,
      ...app,
    },
    edited: 'core/text.rs',
    others: ['app/src/main.rs', 'docs/guide.md'],
  },
  {
    name: 'a root package with members, and a build script that reads files by computed paths',
    files: {
      'Cargo.toml': manifest('tool', '[workspace]\nmembers = ["app"]\n'),
      'build.rs': `use std::{env, fs, path::Path};
fn main() {
    let all: String = fs::read_dir(["da", "ta"].concat()).unwrap().map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap()).collect();
    fs::write(Path::new(&env::var("OUT_DIR").unwrap()).join("text"), all).unwrap();
}
`,
      'data/text.txt': 'ONE',
      'src/main.rs': 'fn main() { println!("{}", include_str!(concat!(env!("OUT_DIR"), "/text"))); }\n',
      ...app,
    },
    edited: 'data/text.txt',
    others: ['app/src/main.rs'],
  },
  {
    name: 'a crate in a folder whose name has the characters of globs',
    files: {
      'Cargo.toml': '[workspace]\nmembers = ["a[b]?"]\nresolver = "2"\n',
      'a[b]?/Cargo.toml': manifest('tool', bin),
      'a[b]?/core/main.rs': main,
      'a[b]?/core/text.rs': text,
    },
    edited: 'a[b]?/core/text.rs',
    others: ['docs/guide.md'],
  },
];

let workspace: Workspace;
afterEach(() => {
  workspace.remove();
});

function build(): { readonly printed: string; readonly outcome: string | undefined } {
  const { status, output } = workspace.nx(['run', 'tool:build']);
  expect(status, output).toBe(0);
  const printed = execFileSync(workspace.path('artifacts/linux/amd64/tool'), { encoding: 'utf8' }).trim();
  return { printed, outcome: outcomes(output)['tool:build-linux-amd64:release'] };
}

it.each(layouts)('$name', ({ files, edited, others }) => {
  workspace = new Workspace({ ...files });
  expect(build()).toEqual({ printed: 'ONE', outcome: 'built' });
  workspace.write(edited, workspace.read(edited).replace('ONE', 'TWO'));
  expect(build()).toEqual({ printed: 'TWO', outcome: 'built' });
  for (const path of others)
    workspace.write(path, `${workspace.exists(path) ? workspace.read(path) : ''}\n// more\n`);
  expect(build()).toEqual({ printed: 'TWO', outcome: 'cached' });
});
