import { chmodSync, copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { describeWithTool } from '@millwright/toolkit/testing';
import { checkBinary } from './binary.js';
import { StandIn } from './compiled-stand-in.spec.helper.js';

describeWithTool(describe, ['cc'], 'the check of a Windmill binary', () => {
  const standIn = new StandIn();
  const untagged = new StandIn('Windmill 8964896c1');
  const stranger = new StandIn('grep (GNU grep) 3.8');
  afterAll(() => {
    for (const one of [standIn, untagged, stranger]) one[Symbol.dispose]();
  });
  const at = (name: string, write: (path: string) => void) => {
    const path = join(standIn.folder, name);
    write(path);
    return path;
  };

  it('returns the version that the binary prints', async () => {
    expect(await checkBinary(standIn.binary)).toEqual({ path: standIn.binary, version: 'v1.533.1' });
  });

  it.each([
    ['a relative path', () => 'windmill', /not absolute/],
    ['a missing file', () => '/nonexistent/windmill', /no such file/],
    [
      'a script',
      () =>
        at('script', (path) => {
          writeFileSync(path, '#!/bin/sh\n', { mode: 0o755 });
        }),
      /a script/,
    ],
    [
      'a file that every user can write',
      () =>
        at('open', (path) => {
          copyFileSync(standIn.binary, path);
          chmodSync(path, 0o757);
        }),
      /every user of this machine can write .*open/,
    ],
    ['a binary that was built without tags', () => untagged.binary, /`8964896c1`: .* without its git tags/],
    ['another program', () => stranger.binary, /not a version of Windmill/],
  ])('refuses %s', async (_, path, why) => {
    const error = await checkBinary(path()).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'BINARY_UNUSABLE', why: expect.stringMatching(why) as string });
  });
});
