import { describe, expect, it } from 'vitest';
import { readsOfCrate, type ScannedReads } from './crate-reads.js';

const crate = { root: 'back/core', workspaceRoot: 'back' };

/** The reads of a crate whose own sources are those of the files below its `src`, and its build script. */
function reads(files: Readonly<Record<string, string>>): ScannedReads {
  const own = Object.entries(files).filter(([path]) => /^back\/core\/(src\/.*|build)\.rs$/.test(path));
  const sources = own.map(([path, text]) => {
    const role = path.endsWith('build.rs') ? ('build-script' as const) : ('source' as const);
    return { path, text, role };
  });
  return readsOfCrate(crate, sources, {
    read: (path) => files[path],
    exists: (path) => Object.keys(files).some((file) => file === path || file.startsWith(`${path}/`)),
  });
}

describe('readsOfCrate', () => {
  const lib = 'back/core/src/lib.rs';
  it.each<[string, Record<string, string>, string[]]>([
    [
      'takes a certain read whether the file exists or not',
      { [lib]: 'include_str!("../../x.txt")' },
      ['back/x.txt'],
    ],
    [
      'takes a likely read where the file exists',
      { [lib]: '#[g = "../x.pest"]struct A;', 'back/x.pest': '' },
      ['back/x.pest'],
    ],
    ['leaves it out where it does not', { [lib]: '#[g = "../x.pest"]struct A;' }, []],
    ['leaves out what tests read', { [lib]: '#[cfg(test)] mod t { include_str!("x"); }' }, []],
    [
      'finds the folder of sqlx beside the workspace',
      { [lib]: 'sqlx::query!("x")', 'back/.sqlx/query-1.json': '' },
      ['back/.sqlx'],
    ],
    [
      'follows Rust files out of the crate, with their modules',
      {
        [lib]: '#[path = "../../shared/a.rs"] mod a;',
        'back/shared/a.rs': 'mod b; include_bytes!("a.bin");',
        'back/shared/b.rs': 'mod c;',
        'back/shared/b/c/mod.rs': 'include!("more.rs");',
        'back/shared/b/c/more.rs': 'const A: &str = env!("A");',
      },
      [
        'back/shared/a.bin',
        'back/shared/a.rs',
        'back/shared/b.rs',
        'back/shared/b/c/mod.rs',
        'back/shared/b/c/more.rs',
      ],
    ],
    [
      'ends where files include each other',
      { [lib]: 'include!("../../a.rs");', 'back/a.rs': 'include!("a.rs");' },
      ['back/a.rs'],
    ],
  ])('%s', (_, files, expected) => {
    expect([...reads(files).files.keys()].sort()).toEqual(expected);
  });

  it('says where each read stands, what leaves the repository, and what it cannot tell', () => {
    const found = reads({
      [lib]: '\ninclude_str!("/etc/hosts");\ninclude_str!($x);\nenv!("A");',
      'back/core/build.rs': 'fn main() {\n println!("cargo:rerun-if-changed=../p");\n env::var("B"); }',
    });
    expect(found.outside).toEqual(new Map([['/etc/hosts', { file: lib, line: 2, by: 'include_str!' }]]));
    expect(found.files.get('back/p')).toEqual({
      file: 'back/core/build.rs',
      line: 2,
      by: 'rerun-if-changed',
    });
    expect([...found.variables].sort()).toEqual(['A', 'B']);
  });
});
