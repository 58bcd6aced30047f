import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { dangersOf } from './dangers.spec.helper.js';
import { hostileArchive } from './hostile-archives.spec.helper.js';
import { inspectEntry } from './inspect.js';

const folder = mkdtempSync(join(tmpdir(), 'millwright-archives-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

// The small form of the campaign cache-archives. Other seeds are for the campaign.
it('of 1,000 hostile archives, none crashes the inspection, and none with links or paths out of the workspace is accepted', async () => {
  const path = join(folder, 'entry');
  let accepted = 0;
  await fc.assert(
    fc.asyncProperty(hostileArchive, async (bytes) => {
      writeFileSync(path, bytes);
      const problem = await inspectEntry(path, 2 ** 20);
      if (problem !== undefined) return;
      accepted += 1;
      expect(dangersOf(bytes)).toEqual([]);
    }),
    { numRuns: 1000, seed: 1 },
  );
  expect(accepted).toBeGreaterThan(20);
});
