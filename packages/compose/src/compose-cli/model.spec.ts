import { expect, it } from 'vitest';
import { escapeText, parseConfig } from './model.js';

it('parseConfig unescapes the doubled $ in the output of Compose', () => {
  const json = '{"services":{"a":{"environment":{"A":"pa$$word","B":"$$$$"},"command":["$${X}"]}}}';
  expect(parseConfig(json)).toEqual({
    services: { a: { environment: { A: 'pa$word', B: '$$' }, command: ['${X}'] } },
  });
});

it.each(['plain', 'pa$word', '$', '$$', '${HOME}', "$&$'"])(
  'text survives a round trip through a Compose file: %s',
  (text) => {
    expect(parseConfig(JSON.stringify({ text: escapeText(text) }))).toEqual({ text });
  },
);
