import { afterEach, expect, it } from 'vitest';
import { describeWithEngine, docker, leftovers, runImage } from './engine.ts';
import { checked, mill, MillWorkspace, service } from './mill.ts';

let workspace: MillWorkspace | undefined;
afterEach(() => workspace?.remove());

/** Returns a stack whose end-to-end test is the service `tests`, with the mode in which the mill runs. */
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
  it('passes if its service does, and leaves nothing behind', () => {
    const one = stackWith('end');
    const { status, output } = one.nx(['run', 'stack:e2e']);
    expect(output).toContain('mill one begins to end');
    expect(status, output).toBe(0);
    expect(leftovers(one.projectName)).toEqual([]);
  });

  it('starts dependencies of its service that the stack excludes', () => {
    const one = stackWith('end');
    const line = (name: string, command: string, more: string) =>
      `  ${name}: { image: '${runImage}', init: true, profiles: [e2e], volumes: ['shared:/shared'], command: ${command}, ${more} }\n`;
    const fixtures = line(
      'fixtures',
      "[sh, -c, 'touch /shared/ready; sleep 99999']",
      'healthcheck: { test: [CMD, test, -f, /shared/ready], interval: 1s }',
    );
    const asking = line(
      'asking',
      '[test, -f, /shared/ready]',
      'depends_on: { fixtures: { condition: service_healthy } }',
    );
    const text = one.read('stack/compose.yaml').replace('service: tests', 'service: asking');
    one.write('stack/compose.yaml', `${text}${fixtures}${asking}volumes: { shared: {} }\n`);
    const { status, output } = one.nx(['run', 'stack:e2e', '--volumes']);
    expect(status, output).toBe(0);
    expect(leftovers(one.projectName)).toEqual([]);
  });

  it('reports what it cannot remove, and nx run stack:down explains why', async () => {
    const one = stackWith('serve');
    const running = one.run(['run', 'stack:e2e']);
    await running.says('mill one begins to serve');
    const network = `${one.projectName}_default`;
    const outsider = docker('run', '--detach', '--init', '--network', network, runImage, 'sleep', '99999');
    const tests = docker('ps', '--quiet', '--filter', `name=${one.projectName}-tests-run`);
    docker('kill', tests);
    await running.ended();
    expect(running.output).toContain(`stack: failed to remove ${network}; to retry`);
    const { status, output } = one.nx(['run', 'stack:down']);
    expect(status).toBe(1);
    expect(output).toContain('error[STACK_FAILED]: failed to remove stack');
    expect(output).toContain(`left: ${network}`);
    docker('rm', '--force', outsider);
    expect(one.nx(['run', 'stack:down']).output).toContain('stack is down');
    expect(leftovers(one.projectName)).toEqual([]);
  });

  it('fails if its service does, with the exit code and the output of every service', () => {
    const one = stackWith('crash');
    const { status, output } = one.nx(['run', 'stack:e2e']);
    expect(status).not.toBe(0);
    expect(output).toContain('error[STACK_TEST_FAILED]: end-to-end test of stack failed: the service tests');
    expect(output).toContain('exit code 3');
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
