import { afterEach, expect, it } from 'vitest';
import { isCargoVariable } from '../../source-scan/scanner/cargo-variables.js';
import { describeWith } from '../../manifests/tools.spec.helper.js';
import { LayoutOnDisk } from './layout-truth.spec.helper.js';
import { linkLayouts } from './link-layouts.spec.helper.js';
import { packageLayouts } from './package-layouts.spec.helper.js';
import { scriptLayouts } from './script-layouts.spec.helper.js';
import { sourceLayouts } from './source-layouts.spec.helper.js';
import { targetLayouts } from './target-layouts.spec.helper.js';

/** The slice of each crate covers manifests and lock files; Nx itself hashes the others. */
const coveredOtherwise = /(^|\/)(Cargo\.(toml|lock)|\.gitignore|\.gitmodules)$/;

const all = [...packageLayouts, ...targetLayouts, ...sourceLayouts, ...scriptLayouts, ...linkLayouts];

/**
 * For each layout, every file that a clean build reads must be an input of the task, and no other file, except those
 * listed with a reason.
 */
describeWith(['cargo', 'git'], 'the inputs of a build are the files that it reads', () => {
  let layout: LayoutOnDisk;
  afterEach(() => {
    layout.remove();
  });

  it.each(all)('$name', async (given) => {
    layout = new LayoutOnDisk(given);
    const { files: inputs, variables: declared } = await layout.inputs('build-linux-amd64');
    const { real, written, variables } = layout.reads('check');
    const read = [...real, ...(given.unreportedReads ?? [])];
    const missing = read.filter((path) => !inputs.has(path) && !coveredOtherwise.test(path));
    expect(missing.sort(), 'missing').toEqual([]);
    const known = new Set([...read, ...written]);
    const more = [...inputs].filter((path) => !known.has(path) && !coveredOtherwise.test(path));
    expect(more.sort(), 'needless').toEqual(Object.keys(given.needless ?? {}).sort());
    expect(
      [...variables].filter((name) => !declared.has(name) && !isCargoVariable(name, 'source')),
      'variables',
    ).toEqual([]);
  });

  it.each(all)('$name: checks and tests', async (given) => {
    layout = new LayoutOnDisk(given);
    const { files: inputs, variables: declared } = await layout.inputs('test');
    const { real, variables } = layout.reads('check', '--all-targets');
    const read = [...real, ...(given.unreportedReads ?? []), ...(given.testReads ?? [])];
    expect(
      read.filter((path) => !inputs.has(path) && !coveredOtherwise.test(path)).sort(),
      'missing',
    ).toEqual([]);
    expect(
      [...variables].filter((name) => !declared.has(name) && !isCargoVariable(name, 'test')),
      'variables',
    ).toEqual([]);
  });

  const unreported = all.filter((given) => given.unreportedReads !== undefined);
  it.each(unreported)('$name: reads are not recorded by the compiler', (given) => {
    layout = new LayoutOnDisk(given);
    let before = layout.printed();
    for (const path of given.unreportedReads ?? []) {
      layout.write(path, `${layout.read(path)} and more`);
      const after = layout.printed();
      expect(after, path).not.toBe(before);
      before = after;
    }
  });
});
