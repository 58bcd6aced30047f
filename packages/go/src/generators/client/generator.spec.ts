import { readProjectConfiguration, type Tree } from '@nx/devkit';
import { createTreeWithEmptyWorkspace } from '@nx/devkit/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import client from './generator.js';

describe('the client generator', () => {
  let tree: Tree;
  beforeEach(() => {
    tree = createTreeWithEmptyWorkspace();
    tree.write('server/project.json', '{"name":"server"}');
    tree.write(
      'server/openapi.yaml',
      'openapi: 3.0.3\ninfo: { title: t, version: "1" }\npaths: {}\ncomponents: { schemas: { A: { $ref: "../shared/a.yaml#/A" } } }\n',
    );
    tree.write('shared/a.yaml', 'A: { type: string }\n');
  });

  it('creates a project with the document, its references and the toolchain as inputs', async () => {
    await client(tree, { spec: 'server/openapi.yaml', directory: 'clients/pet-client', skipFormat: true });
    const project = readProjectConfiguration(tree, 'pet-client');
    expect(project.implicitDependencies).toEqual(['server']);
    expect(project.targets?.generate).toEqual({
      executor: '@millwright/go:go-openapi-generate',
      cache: true,
      inputs: [
        '{workspaceRoot}/server/openapi.yaml',
        '{workspaceRoot}/shared/a.yaml',
        '{projectRoot}/go.mod',
        '{projectRoot}/go.sum',
        { env: 'MILLWRIGHT_GO_DIGEST' },
        { externalDependencies: [] },
      ],
      outputs: ['{projectRoot}/api/pet_client.gen.go'],
      options: {
        spec: 'server/openapi.yaml',
        output: 'api/pet_client.gen.go',
        package: 'pet_client',
        generator: 'oapi-codegen',
        generatorVersion: expect.stringMatching(/^v\d/) as string,
      },
    });
    expect(tree.read('clients/pet-client/go.mod', 'utf8')).toBe('module pet-client\n\ngo 1.24.0\n');
    expect(tree.read('clients/pet-client/.gitignore', 'utf8')).toBe('/api/pet_client.gen.go\n');
    expect(tree.read('clients/pet-client/README.md', 'utf8')).toContain('import pet_client "pet-client/api"');
  });

  it('depends on the task that generates the document', async () => {
    const options = {
      spec: 'dist/openapi.json',
      specTarget: 'server:describe',
      directory: 'c',
      codeGenerator: 'ogen',
    };
    await client(tree, { ...options, skipFormat: true });
    const { implicitDependencies, targets } = readProjectConfiguration(tree, 'c');
    expect(implicitDependencies).toEqual(['server']);
    expect(targets?.generate).toMatchObject({
      dependsOn: [{ projects: ['server'], target: 'describe' }],
      inputs: expect.arrayContaining([{ dependentTasksOutputFiles: '**/*.{yaml,yml,json}' }]) as unknown[],
      outputs: ['{projectRoot}/api'],
    });
  });

  it('keeps an existing go.mod', async () => {
    tree.write('c/go.mod', 'module own\n');
    await client(tree, { spec: 'server/openapi.yaml', directory: 'c', skipFormat: true });
    expect(tree.read('c/go.mod', 'utf8')).toBe('module own\n');
  });

  it('rejects a missing document', async () => {
    await expect(client(tree, { spec: 'nowhere.yaml', directory: 'c' })).rejects.toMatchObject({
      code: 'OPTION_INVALID',
      what: 'the OpenAPI document nowhere.yaml does not exist',
    });
  });
});
