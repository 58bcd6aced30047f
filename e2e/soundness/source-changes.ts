import { mkdirSync, renameSync, rmSync, utimesSync } from 'node:fs';
import { type Change, append, keepingTime, relink, replace } from './change.ts';

export const sources: readonly Change[] = [
  {
    name: 'a module of a library',
    apply: replace('crates/base/src/part.rs', 'base 1', 'base 2'),
    changes: ['app', 'other'],
  },
  {
    name: 'a module that keeps an older time',
    apply: keepingTime('crates/base/src/part.rs', 'base 1', 'base 3'),
    changes: ['app', 'other'],
  },
  {
    name: 'a module moved into a folder',
    apply: (workspace) => {
      mkdirSync(workspace.path('crates/base/src/part'));
      renameSync(workspace.path('crates/base/src/part.rs'), workspace.path('crates/base/src/part/mod.rs'));
      replace('crates/base/src/part/mod.rs', 'base 1', 'base moved')(workspace);
    },
    changes: ['app', 'other'],
  },
  {
    name: 'an untracked module',
    apply: (workspace) => {
      workspace.write('crates/base/src/extra.rs', 'pub fn text() -> &\'static str { "extra" }\n');
      replace('crates/base/src/lib.rs', 'mod part;', '#[path = "extra.rs"] mod part;')(workspace);
    },
    changes: ['app', 'other'],
  },
  {
    name: 'a module deleted for another',
    apply: (workspace) => {
      rmSync(workspace.path('crates/base/src/part.rs'));
      workspace.write('crates/base/src/lib.rs', 'pub fn base() -> &\'static str { "no part" }\n');
    },
    changes: ['app', 'other'],
  },
  {
    name: 'a file outside the crate that is included',
    apply: replace('shared/banner.txt', 'banner 1', 'banner 2'),
    changes: ['app'],
  },
  {
    name: 'an included file that keeps an older time',
    apply: keepingTime('shared/banner.txt', 'banner 1', 'banner 3'),
    changes: ['app'],
  },
  {
    name: 'a source that is included',
    apply: replace('crates/app/generated/answer.rs', 'answer 1', 'answer 2'),
    changes: ['app'],
  },
  {
    name: 'a symlink that points elsewhere',
    apply: relink('crates/app/src/linked.txt', '../../../shared/b.txt'),
    changes: ['app'],
  },
  {
    name: "a symlink's target",
    apply: replace('shared/a.txt', 'link a', 'link a 2'),
    changes: ['app'],
  },
  {
    name: 'a symlink of a folder that points elsewhere',
    apply: relink('crates/app/src/folder', '../../../shared/two'),
    changes: ['app'],
  },
  {
    name: 'a file in a symlinked folder',
    apply: replace('shared/one/in-folder.txt', 'folder one', 'folder one 2'),
    changes: ['app'],
  },
  {
    name: 'a crate outside the Cargo workspace',
    apply: replace('outside/src/lib.rs', 'outside 1', 'outside 2'),
    changes: ['app'],
  },
  {
    name: 'a crate that a patch brings in',
    apply: replace('patched/src/lib.rs', 'patched 1', 'patched 2'),
    changes: ['app'],
  },
  {
    name: 'a proc macro',
    apply: replace('crates/derive/src/lib.rs', 'macro 1', 'macro 2'),
    changes: ['app'],
  },
  {
    name: 'what a proc macro reads',
    apply: replace('crates/derive/greeting.txt', 'greeting 1', 'greeting 2'),
    changes: ['app'],
  },
  {
    name: 'a build script',
    apply: replace('crates/made/build.rs', 'script 1', 'script 2'),
    changes: ['app'],
  },
  {
    name: 'what a build script reads and declares',
    apply: replace('config/made.txt', 'made 1', 'made 2'),
    changes: ['app'],
  },
  {
    name: 'what a build script reads and does not declare',
    apply: replace('crates/made/quiet.txt', 'quiet 1', 'quiet 2'),
    changes: ['app'],
  },
  {
    name: 'a variable that option_env! reads',
    env: () => ({ APP_CHANNEL: 'beta' }),
    changes: ['app'],
    unseen: true,
  },
  {
    name: 'a variable that a build script reads and declares',
    env: () => ({ MADE_DECLARED: 'yes' }),
    changes: ['app'],
    unseen: true,
  },
  {
    name: 'a variable that a build script reads and does not declare',
    env: () => ({ MADE_SILENT: 'yes' }),
    changes: ['app'],
    unseen: true,
  },
  { name: 'a README', apply: append('crates/base/README.md', 'More.\n'), changes: [] },
  { name: 'a test', apply: append('crates/base/tests/works.rs', '// more\n'), changes: [] },
  { name: 'an example', apply: append('crates/app/examples/show.rs', '// more\n'), changes: [] },
  { name: 'a file that nobody reads', apply: replace('config/unused.txt', '1', '2'), changes: [] },
  {
    name: 'a variable that nobody reads',
    env: () => ({ NOBODY_READS_ME: 'yes' }),
    changes: [],
    unseen: true,
  },
  {
    name: 'a time alone',
    apply: (workspace) => {
      utimesSync(workspace.path('crates/base/src/part.rs'), new Date(), new Date());
    },
    changes: [],
  },
];
