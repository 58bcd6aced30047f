import { describe, expect, it } from 'vitest';
import { parseSource } from '../document/source.js';
import { jsonPathOf, withActions } from './fix-overlay.js';
import { applyActions, applyOverlay } from './overlay.js';

const action = { target: "$['info']", update: { 'x-go-name': 'Second' } };

it('selects places by RFC 9535, with names that contain quotation marks', () => {
  const document = { paths: { "/it's/{a\\b}": { get: { parameters: [{ name: 'a' }, { name: 'b' }] } } } };
  const target = jsonPathOf(document, ['paths', "/it's/{a\\b}", 'get', 'parameters', '1']);
  expect(target).toBe(String.raw`$['paths']['/it\'s/{a\\b}']['get']['parameters'][1]`);
  applyActions(document, [{ target, update: { 'x-go-name': 'Other' } }]);
  expect(Object.values(document.paths)[0]?.get.parameters[1]).toEqual({ name: 'b', 'x-go-name': 'Other' });
});

describe('the overlay of --fix', () => {
  it('is a valid overlay', () => {
    const document = { info: { title: 'a' } };
    applyOverlay(document, parseSource('fixes.yaml', withActions(undefined, [action])));
    expect(document.info).toEqual({ title: 'a', 'x-go-name': 'Second' });
  });

  it('keeps the actions and comments of an earlier run', () => {
    const first = withActions(undefined, [{ target: "$['a']", remove: true }]).replace(
      'actions:',
      'actions: # mine',
    );
    const text = withActions(first, [action]);
    expect(text).toContain('# mine');
    expect(parseSource('fixes.yaml', text).data).toMatchObject({ actions: [{ remove: true }, action] });
  });
});
