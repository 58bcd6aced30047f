import { describe, expect, it } from 'vitest';
import { ContainerRegistry } from './container-registry.ts';
import { PushKiller } from './push-kills.ts';

describe.runIf(ContainerRegistry.isInstalled() || process.env.CI !== undefined)(
  'a push that is killed',
  () => {
    // The small form of the campaign oci-push-kills.
    it('ten times continues with the blobs that are missing, and never leaves a tag without its image', async () => {
      const killer = new PushKiller();
      try {
        const moments = Array.from({ length: 10 }, (_, at) => at / 10);
        expect(await killer.run('killed', moments)).toMatch(/^\d+ kills, \d of 5 blobs arrived/);
      } finally {
        await killer.close();
      }
    });
  },
);
