import { afterEach, expect, it } from 'vitest';
import { describeWithEngine, docker, isGone, leftovers } from './engine.ts';
import { checked, mill, MillWorkspace, type Running, service } from './mill.ts';

/** A project name that is unique to this run. */
const name = `mill-${process.pid}`;

const workspaces: MillWorkspace[] = [];
afterEach(() => {
  for (const one of workspaces.splice(0)) one.remove();
});

async function named(): Promise<{ workspace: MillWorkspace; running: Running }> {
  const workspace = new MillWorkspace({ grinder: service('serve', [checked]) });
  workspaces.push(workspace);
  workspace.write('stack/compose.yaml', `name: ${name}\n${workspace.read('stack/compose.yaml')}`);
  workspace.place(mill());
  const running = workspace.run(['run', 'stack:up']);
  await running.isUp();
  return { workspace, running };
}

describeWithEngine('a stack whose Compose file has a name', () => {
  it('runs under that name, unless another folder uses it', async () => {
    const first = await named();
    expect(leftovers(name)).toContain(`${name}-grinder-1`);
    expect(leftovers(first.workspace.projectName)).toEqual([]);

    const second = await named();
    const own = second.workspace.projectName;
    expect(second.running.output).toContain(
      `stack runs with the Compose project name ${own}, because ${first.workspace.path('stack')} uses its default name`,
    );
    expect(docker('inspect', '--format', '{{.State.Running}}', `${name}-grinder-1`)).toBe('true');
    expect(leftovers(own)).toContain(`${own}-grinder-1`);

    for (const { running } of [first, second]) await running.interrupt();
    for (const project of [name, own]) await isGone(project);
  });
});
