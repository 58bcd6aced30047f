import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { BuildReads } from './build-reads.js';
import type { ArtifactMessage } from './messages.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millwright-reads-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

it('what a binary was compiled from is found beside files of other compilers that go while it is looked for', () => {
  const deps = join(folder, 'target/release/deps');
  mkdirSync(deps, { recursive: true });
  // A name that is listed, and gone once it is asked about.
  for (const name of ['a-1.a.rcgu.o', 'z-1.z.rcgu.o']) symlinkSync('gone', join(deps, name));
  writeFileSync(join(deps, 'app-0123'), 'binary');
  linkSync(join(deps, 'app-0123'), join(folder, 'target/release/app'));
  writeFileSync(join(deps, 'app-0123.d'), `${deps}/app-0123: src/main.rs src/part.rs\n`);

  const reads = new BuildReads();
  reads.addUnit({
    package_id: `path+${pathToFileURL(folder).href}#app@0.1.0`,
    target: { kind: ['bin'] },
    filenames: [join(folder, 'target/release/app')],
  } as unknown as ArtifactMessage);
  expect([...reads.of([folder]).files]).toEqual(['src/main.rs', 'src/part.rs']);
});
