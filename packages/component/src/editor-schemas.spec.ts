import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { editorSchemas } from './editor-schemas.js';

const component = (spec: object) => ({
  apiVersion: 'component.flowctl.io/v1',
  kind: 'ComponentSpec',
  metadata: { name: 'miller', version: 'v1.0.0' },
  spec: { type: 'sink', ...spec },
});

describe('the JSON Schemas for editors', () => {
  const accepts = new Ajv({ strict: false }).compile(editorSchemas.component ?? {});

  it.each<[string, object, boolean]>([
    [
      'languages as a list',
      { languages: [{ name: 'go', build: { native: { command: ['go', 'build'] } } }] },
      true,
    ],
    ['languages by name', { languages: { go: { native_build: { binary_path: 'a' } } } }, true],
    ['rules within rules', { config: { a: { type: 'array', items: { type: 'string' } } } }, true],
    [
      'an unknown type of a nested rule',
      { config: { a: { type: 'array', items: { type: 'text' } } } },
      false,
    ],
    ['a misspelt field', { platfroms: [] }, false],
  ])('have %s: %s, %s', (_, spec, isValid) => {
    expect(accepts(component(spec))).toBe(isValid);
  });

  it.each(Object.keys(editorSchemas))('are published: %s', (name) => {
    const path = join(import.meta.dirname, `../schemas/${name}.schema.json`);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(editorSchemas[name]);
  });
});
