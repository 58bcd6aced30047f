import { copyFileSync, linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { BuildReads } from './build-reads.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millwright-reads-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

it.each<[string, string, boolean]>([
  ['the target folder', 'target', true],
  ['a build folder of its own', 'build', true],
  ['a build folder in another file system, where the binary is a copy', 'build', false],
])(
  'finds the sources of a binary in %s, even if other compilers remove files meanwhile',
  (_, build, isLink) => {
    const deps = join(folder, build, 'release/deps');
    mkdirSync(deps, { recursive: true });
    mkdirSync(join(folder, 'target/release'), { recursive: true });
    // A file that is listed but removed before it is opened.
    for (const name of ['a-1.a.rcgu.o', 'z-1.z.rcgu.o']) symlinkSync('gone', join(deps, name));
    writeFileSync(join(deps, 'my_app-0123'), 'binary');
    const binary = join(folder, 'target/release/my-app');
    if (isLink) linkSync(join(deps, 'my_app-0123'), binary);
    else copyFileSync(join(deps, 'my_app-0123'), binary);
    writeFileSync(join(deps, 'my_app-0123.d'), `${deps}/my_app-0123: src/main.rs src/part.rs\n`);

    const reads = new BuildReads({
      target_directory: join(folder, 'target'),
      build_directory: join(folder, build),
    });
    reads.addUnit({
      reason: 'compiler-artifact',
      executable: null,
      fresh: false,
      package_id: `path+${pathToFileURL(folder).href}#my-app@0.1.0`,
      target: { kind: ['bin'], crate_types: ['bin'], name: 'my-app' },
      filenames: [binary],
    });
    expect([...reads.readsOf([folder]).files]).toEqual(['src/main.rs', 'src/part.rs']);
  },
);

it('finds the sources of a build script and the paths that it prints, absolute or relative to its crate', () => {
  const compiled = join(folder, 'target/release/build/app-0123');
  const ran = join(folder, 'target/release/build/app-4567');
  for (const path of [compiled, join(ran, 'out')]) mkdirSync(path, { recursive: true });
  writeFileSync(join(compiled, 'build_script_build-0123.d'), 'x.d: build.rs ../shared/part.rs\n');
  writeFileSync(
    join(ran, 'output'),
    'cargo:rerun-if-changed=/far/data.txt\ncargo::rerun-if-changed=near.txt\ncargo:rerun-if-env-changed=WORD\n',
  );
  const reads = new BuildReads({ target_directory: join(folder, 'target') });
  const id = `path+${pathToFileURL(folder).href}#app@0.1.0`;
  reads.addUnit({
    reason: 'compiler-artifact',
    executable: null,
    fresh: false,
    package_id: id,
    target: { kind: ['custom-build'], crate_types: ['bin'], name: 'build-script-build' },
    filenames: [join(compiled, 'build-script-build')],
  });
  reads.addBuildScript({
    reason: 'build-script-executed',
    package_id: id,
    out_dir: join(ran, 'out'),
    env: [],
  });
  const { files, variables } = reads.readsOf(reads.crates);
  expect(files).toEqual(['build.rs', '../shared/part.rs', '/far/data.txt', join(folder, 'near.txt')]);
  expect([...variables.keys()]).toEqual(['WORD']);
});
