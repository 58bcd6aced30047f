import { describe, expect, it } from 'vitest';
import { bundleOf } from '../description.spec.helper.js';
import { type JsonObject, toJson } from '../document/json.js';
import { moveInnerSchemas } from './inner-references.js';

/** Returns the components of a document after its inner schemas were moved, and where they come from. */
function moved(components: JsonObject) {
  const head = { openapi: '3.0.3', info: { title: 'A', version: '1' }, paths: {} };
  const { document, origins } = bundleOf({ 'a.json': toJson({ ...head, components }) });
  moveInnerSchemas(document, origins, () => true);
  return { components: document.components, origins };
}

const refTo = (pointer: string) => ({ $ref: `#/components/${pointer}` });

describe('a schema that is referred to, but is not a component', () => {
  it('becomes a component, and stays where it was as a reference', () => {
    const state = { name: 'state', in: 'query', schema: { enum: ['on', 'off'] } };
    const { components, origins } = moved({
      parameters: { state, not_state: { ...state, schema: refTo('parameters/state/schema') } },
    });
    expect(components).toEqual({
      parameters: {
        state: { ...state, schema: refTo('schemas/state_schema') },
        not_state: { ...state, schema: refTo('schemas/state_schema') },
      },
      schemas: { state_schema: { enum: ['on', 'off'] } },
    });
    expect(origins.of(['components', 'schemas', 'state_schema'])).toMatch(/^a\.json:\d+$/);
  });

  it('can contain another one, and refer to itself', () => {
    const tail = { type: 'object', properties: { next: refTo('schemas/Pet/$defs/Tail') } };
    const head = {
      properties: { tail: { $defs: { Tip: {} }, allOf: [refTo('schemas/Pet/properties/tail/$defs/Tip')] } },
    };
    const { components } = moved({
      schemas: { Pet: { $defs: { Tail: tail }, ...head, items: refTo('schemas/Pet/properties/tail') } },
    });
    expect(components).toEqual({
      schemas: {
        Pet: {
          $defs: { Tail: refTo('schemas/Pet_Tail') },
          properties: { tail: refTo('schemas/Pet_tail') },
          items: refTo('schemas/Pet_tail'),
        },
        Pet_Tail: { type: 'object', properties: { next: refTo('schemas/Pet_Tail') } },
        Pet_tail: { $defs: { Tip: refTo('schemas/Pet_tail_Tip') }, allOf: [refTo('schemas/Pet_tail_Tip')] },
        Pet_tail_Tip: {},
      },
    });
  });

  it('gets a number if its name is taken', () => {
    const { components } = moved({
      schemas: {
        Pet_tail: {},
        Pet: { properties: { tail: { type: 'string' } } },
        A: refTo('schemas/Pet/properties/tail'),
      },
    });
    expect(components).toMatchObject({
      schemas: { A: refTo('schemas/Pet_tail_2'), Pet_tail_2: { type: 'string' } },
    });
  });
});
