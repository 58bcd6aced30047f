import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../document/json.js';
import { applyOverlay } from './overlay.js';
import { parseSource } from '../document/source.js';

function overlaid(document: JsonObject, actions: string, version = '1.0.0'): JsonObject {
  applyOverlay(
    document,
    parseSource('o.yaml', `overlay: ${version}\ninfo: { title: t, version: "1" }\nactions:\n${actions}`),
  );
  return document;
}

describe('applyOverlay', () => {
  it.each<[string, JsonObject, string, JsonObject]>([
    ['removes a member', { a: { b: 1, c: 2 } }, '  - { target: $.a.b, remove: true }\n', { a: { c: 2 } }],
    [
      'removes items of a list',
      { a: [1, 2, 3, 4] },
      '  - { target: "$.a[?@ > 2]", remove: true }\n',
      { a: [1, 2] },
    ],
    [
      'merges objects, replaces values',
      { a: { b: { c: 1, d: 2 } } },
      '  - { target: $.a, update: { b: { c: 3 } } }\n',
      { a: { b: { c: 3, d: 2 } } },
    ],
    ['appends to a list', { a: [1] }, '  - { target: $.a, update: { x: 1 } }\n', { a: [1, { x: 1 }] }],
    [
      'joins lists within an update',
      { a: { l: [1] } },
      '  - { target: $.a, update: { l: [2] } }\n',
      { a: { l: [1, 2] } },
    ],
    [
      'works action by action',
      { a: { b: 1 } },
      '  - { target: $, update: { n: { x: 1 } } }\n  - { target: $.n.x, remove: true }\n',
      { a: { b: 1 }, n: {} },
    ],
  ])('%s', (_, document, actions, expected) => {
    expect(overlaid(document, actions)).toEqual(expected);
  });

  it.each([
    ['an update', '  - { target: $, update: { __proto__: { polluted: 1 } } }\n'],
    ['a nested update', '  - { target: $.a, update: { b: { "__proto__": { polluted: 1 } } } }\n'],
    ['an update by a merge key', '  - target: $\n    update: { <<: { __proto__: { polluted: 1 } } }\n'],
  ])('rejects the key __proto__ in %s, and changes no prototype', (_, actions) => {
    expect(() => overlaid({ a: { b: {} } }, actions)).toThrow(
      expect.objectContaining({ code: 'OPENAPI_DOCUMENT_INVALID' }),
    );
    expect(({} as JsonObject).polluted).toBeUndefined();
  });

  it.each(['constructor', 'toString'])('does not change Object.prototype with an update of %s', (key) => {
    const actions = `  - { target: $, update: { ${key}: { prototype: { polluted: 1 } } } }\n`;
    expect(overlaid({}, actions)).toEqual({ [key]: { prototype: { polluted: 1 } } });
    expect(({} as JsonObject).polluted).toBeUndefined();
    expect(() => overlaid({}, `  - { target: $.${key}, update: { polluted: 1 } }\n`)).toThrow(
      expect.objectContaining({ code: 'OVERLAY_UNMATCHED' }),
    );
  });

  it('reports the file and line of an action that matches nothing', () => {
    expect(() =>
      overlaid(
        { a: 1 },
        '  - { target: $, update: { b: 1 } }\n  - target: $.paths["/x"]\n    remove: true\n',
      ),
    ).toThrow(
      expect.objectContaining({
        code: 'OVERLAY_UNMATCHED',
        what: 'an overlay action matches nothing',
        location: { file: 'o.yaml', line: 5 },
        why: '$.paths["/x"] selects no part of the document',
      }),
    );
  });

  it.each([
    ['another version', '  - { target: $, remove: true }\n', '2.0.0'],
    ['a target that is not a JSONPath', '  - { target: "$..[", remove: true }\n', '1.0.0'],
    [
      'a target that is nested too deeply',
      `  - { target: "$${'[?@'.repeat(20_000)}${']'.repeat(20_000)}", remove: true }\n`,
      '1.0.0',
    ],
    ['an action that does nothing', '  - { target: $.a }\n', '1.0.0'],
    ['an update of a value', '  - { target: $.a, update: { b: 1 } }\n', '1.0.0'],
  ])('rejects %s', (_, actions, version) => {
    expect(() => overlaid({ a: 1 }, actions, version)).toThrow(
      expect.objectContaining({ code: 'OVERLAY_INVALID' }),
    );
  });

  it('limits the number of ".." in a target, but not in its strings', () => {
    const actions = `  - { target: "$..['a....b']..c", update: { d: 1 } }\n`;
    expect(overlaid({ x: { 'a....b': { c: {} } } }, actions)).toEqual({ x: { 'a....b': { c: { d: 1 } } } });
  });

  const wide = Array.from({ length: 500 }, (_, at) => `w${at}: 1`).join(', ');
  const twice = Array.from(
    { length: 40 },
    (_, at) => `  - { target: "$..a", update: { k${at}: { a: { ${wide} } } } }\n`,
  );
  it.each([
    ['select a place again and again', `  - { target: "$${'..*'.repeat(10)}", update: {} }\n`, '".."'],
    ['each double the document', twice.join(''), 'adds more than 1,000,000 values'],
    [
      'match by an expression without end',
      `  - { target: "$[?match(@.x, '(a|aa|a)*b')]", remove: true }\n`,
      '0.5 s',
    ],
  ])('rejects actions that %s', (_, actions, why) => {
    const document = { a: {}, b: { x: 'a'.repeat(40) } };
    const overlay = parseSource('o.yaml', `overlay: 1.0.0\nactions:\n${actions}`);
    const milliseconds = why.endsWith(' s') ? 500 : undefined;
    expect(() => {
      applyOverlay(document, overlay, milliseconds);
    }).toThrow(
      expect.objectContaining({ code: 'OVERLAY_INVALID', why: expect.stringContaining(why) as string }),
    );
  });
});
