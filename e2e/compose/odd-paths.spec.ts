import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { describeWithEngine, docker, isGone } from './engine.ts';
import { checked, mill, MillWorkspace, service } from './mill.ts';

const temporary = process.env.TMPDIR;
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millwright-odd-'));
});
afterEach(() => {
  if (temporary === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = temporary;
  rmSync(folder, { recursive: true, force: true });
});

describeWithEngine('a stack in a checkout with an odd path', () => {
  it.each(['dollar$HOME', '${TAG} $$', `a b#c "quote's"`, '-co:lon %20&;'])(
    'runs a mounted binary in %s',
    async (name) => {
      process.env.TMPDIR = join(folder, name);
      mkdirSync(process.env.TMPDIR);
      const workspace = new MillWorkspace({ grinder: service('serve', [checked]) });
      workspace.write('stack/flour.txt', 'white\n');
      workspace.write(
        'stack/compose.yaml',
        `${workspace.read('stack/compose.yaml')}    volumes: [{ type: bind, source: ./flour.txt, target: /flour }]\n`,
      );
      workspace.place(mill());
      const running = workspace.run(['run', 'stack:up']);
      try {
        await running.isUp();
        const container = `${workspace.projectName}-grinder-1`;
        expect(docker('exec', container, 'cat', '/flour')).toBe('white');
        const checkout = '{{ index .Config.Labels "dev.millwright.checkout" }}';
        expect(docker('inspect', '--format', checkout, container)).toBe(workspace.folder);
      } finally {
        await running.interrupt();
      }
      await isGone(workspace.projectName);
    },
  );
});
