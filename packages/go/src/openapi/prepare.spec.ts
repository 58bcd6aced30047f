import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { operationReturning, documentOf } from './description.spec.helper.js';
import { generators } from './generators/index.js';
import { prepareDocument } from './prepare.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'prepare-'));
  write('outside/secret.json', '{"auths": {"type": "object"}}');
  write('workspace/shared/pet.json', '{"type": "object"}');
  execFileSync('mkfifo', [join(folder, 'workspace/fifo.json')]);
  link('workspace/zero.json', '/dev/zero');
  link('workspace/secret.json', '../outside/secret.json');
  link('workspace/elsewhere', '../outside');
  link('workspace/api/pet.json', '../shared/pet.json');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}
function link(path: string, target: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  symlinkSync(target, join(folder, path));
}

function prepare(overlays: readonly string[] = []) {
  return prepareDocument({
    workspaceRoot: join(folder, 'workspace'),
    spec: 'api/openapi.json',
    overlays,
    renames: 'refuse',
    collisions: false,
    generator: generators['oapi-codegen'],
    fix: false,
  });
}
const describeWith = (reference: string) => {
  const paths = { '/pets': { get: operationReturning({ $ref: reference }, 'listPets') } };
  write('workspace/api/openapi.json', documentOf({ paths }));
};

describe('references to files', () => {
  it.each([
    ['a file of the workspace', '../shared/pet.json'],
    ['a file of the workspace through a link', 'pet.json'],
  ])('lead to %s', async (_, reference) => {
    describeWith(reference);
    expect((await prepare()).operations).toHaveLength(1);
  });

  it.each([
    ['a file outside the workspace', '../../outside/secret.json#/auths', 'OPENAPI_REF_MISSING'],
    ['the same in percent-encoding', '..%2f..%2Foutside%2fsecret.json#/auths', 'OPENAPI_REF_MISSING'],
    [
      'a file outside, by a path through the workspace',
      '../shared/../../outside/secret.json#/auths',
      'OPENAPI_REF_MISSING',
    ],
    ['an absolute path', '/etc/shadow', 'OPENAPI_REF_MISSING'],
    ['a URL of a file', 'file:///etc/shadow', 'OPENAPI_REF_MISSING'],
    ['a link to a file outside', '../secret.json#/auths', 'OPENAPI_DOCUMENT_INVALID'],
    ['a file in a link to a folder outside', '../elsewhere/secret.json#/auths', 'OPENAPI_DOCUMENT_INVALID'],
    ['a device', '../zero.json', 'OPENAPI_DOCUMENT_INVALID'],
    ['a FIFO', '../fifo.json', 'OPENAPI_DOCUMENT_INVALID'],
    ['a folder', '../shared', 'OPENAPI_DOCUMENT_INVALID'],
    ['an invalid file name', '../a%00b', 'OPENAPI_DOCUMENT_INVALID'],
  ])('are rejected if they lead to %s', async (_, reference, code) => {
    describeWith(reference);
    await expect(prepare()).rejects.toMatchObject({ code });
  });

  it('are rejected in the mapping of a discriminator too', async () => {
    const schema = { discriminator: { propertyName: 'a', mapping: { b: '../secret.json#/auths' } } };
    write('workspace/api/openapi.json', documentOf({ schemas: { Pet: schema } }));
    await expect(prepare()).rejects.toMatchObject({ code: 'OPENAPI_DOCUMENT_INVALID' });
  });
});

it.each(['secret.json', 'zero.json', 'fifo.json', '../outside/secret.json'])(
  'rejects the overlay %s',
  async (overlay) => {
    describeWith('pet.json');
    await expect(prepare([overlay])).rejects.toMatchObject({ code: 'OPENAPI_DOCUMENT_INVALID' });
  },
);
