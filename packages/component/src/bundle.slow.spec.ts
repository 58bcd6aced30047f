import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { hostPlatform, platformSlug, run, temporaryFolder } from '@millwright/toolkit';
import { describeWithTool } from '@millwright/toolkit/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildBundle } from './bundle.js';
import { testComponent } from './test.js';

let folder: string;
const write = (path: string, text: string) => {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
};
const component = (name: string) => `apiVersion: component.flowctl.io/v1
kind: ComponentSpec
metadata: { name: ${name} }
spec: { type: source }
`;
const bundle = (components: string, order = '[]') => {
  write(
    'bundle.yaml',
    `apiVersion: component.flowctl.io/v1
kind: ComponentBundle
metadata: { name: mill, version: v1.0.0 }
spec:
  components: ${components}
  build: { order: ${order} }
`,
  );
};
beforeEach(() => {
  folder = temporaryFolder('bundle');
  for (const name of ['field', 'miller']) {
    write(`${name}/component.yaml`, component(name));
    write(`${name}/go.mod`, `module example.com/${name}\n\ngo 1.21\n`);
    write(`${name}/main.go`, `package main\n\nfunc main() { println("${name}") }\n`);
  }
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describeWithTool(describe, ['go'], 'a bundle', () => {
  it('is built in its order, each component into a folder of its own', async () => {
    bundle('[{ name: field }, { name: miller, path: miller/, language: go }]', '[miller]');
    const { version, components } = await buildBundle({ folder });
    expect(version).toBe('v1.0.0');
    expect(components.map(({ name }) => name)).toEqual(['miller', 'field']);
    const program = `binaries/field-${platformSlug(hostPlatform().platform)}`;
    const path = join(folder, 'artifacts/components/field', program);
    expect((await run(path, [])).stderr).toBe('field');
  });

  it.each<[string, string, string]>([
    ['a component that is invalid', '[{ name: field }, { name: broken }]', 'COMPONENT_FILE_INVALID'],
    ['a component that is missing', '[{ name: field }, { name: baker }]', 'COMPONENT_FILE_MISSING'],
    ['a path out of its folder', '[{ name: field }, { name: far, path: ../far }]', 'PATH_OUTSIDE_WORKSPACE'],
  ])('with %s builds nothing', async (_, components, code) => {
    write('broken/component.yaml', component('Broken'));
    bundle(components);
    await expect(buildBundle({ folder })).rejects.toMatchObject({ code });
    expect(existsSync(join(folder, 'artifacts'))).toBe(false);
    expect(existsSync(join(folder, 'field/artifacts'))).toBe(false);
  });
});

describeWithTool(describe, ['go'], 'the tests of a component', () => {
  it('pass, or fail with the command', async () => {
    const test = (body: string) => {
      write(
        'field/main_test.go',
        `package main\n\nimport "testing"\n\nfunc TestField(t *testing.T) { ${body} }\n`,
      );
      return testComponent(join(folder, 'field'));
    };
    expect(await test('t.Log("fine")')).toEqual({ language: 'go' });
    await expect(test('t.Fail()')).rejects.toMatchObject({
      code: 'PROCESS_FAILED',
      what: 'the command failed: go test ./...',
    });
  });
});
