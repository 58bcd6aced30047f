import { afterEach, expect, it } from 'vitest';
import { describeWithEngine, leftovers } from './engine.ts';
import { checked, mill, MillWorkspace, service } from './mill.ts';

let workspace: MillWorkspace | undefined;
afterEach(() => workspace?.remove());

/** A stack whose end-to-end test is the service `tests`, with the mode that the mill runs in. */
function stackWith(test: string, e2e = '{ service: tests }'): MillWorkspace {
  workspace = new MillWorkspace({
    grinder: service('serve', [checked, "ports: ['127.0.0.1:38430:80']"]),
    tests: service(test, ['profiles: [e2e]']),
  });
  const text = workspace.read('stack/compose.yaml');
  workspace.write('stack/compose.yaml', text.replace('x-millwright:', `x-millwright:\n  e2e: ${e2e}`));
  workspace.place(mill());
  return workspace;
}

describeWithEngine('e2e', () => {
  it('passes where its service does, and leaves nothing', () => {
    const one = stackWith('end');
    const { status, output } = one.nx(['run', 'stack:e2e']);
    expect(output).toContain('mill one begins to end');
    expect(status, output).toBe(0);
    expect(leftovers(one.projectName)).toEqual([]);
  });

  it('fails with the exit code of its service, and shows what every service said', () => {
    const one = stackWith('crash');
    const { status, output } = one.nx(['run', 'stack:e2e']);
    expect(status).not.toBe(0);
    expect(output).toContain('STACK_TEST_FAILED: the service tests failed against stack');
    expect(output).toContain('its exit code is 3');
    expect(output).toContain('last lines of grinder');
    expect(leftovers(one.projectName)).toEqual([]);
  });

  it.each([
    ['exit 0', 0],
    ['exit 7', 1],
  ])('runs a target against the published ports: %s', (command, code) => {
    const one = stackWith('end', '{ target: "client:test" }');
    const options = { command: `echo the grinder is at $STACK_GRINDER_80; ${command}` };
    const targets = { test: { executor: 'nx:run-commands', options } };
    one.write('client/project.json', JSON.stringify({ name: 'client', targets }));
    const { status, output } = one.nx(['run', 'stack:e2e']);
    expect(output).toContain('the grinder is at 127.0.0.1:38430');
    expect(status === 0 ? 0 : 1, output).toBe(code);
    expect(leftovers(one.projectName)).toEqual([]);
  });
});
