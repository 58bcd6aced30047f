import { expect, it } from 'vitest';
import { escapeText, parseConfig } from './model.js';

it('parseConfig reads what Compose prints, in which each $ stands twice', () => {
  const json = '{"services":{"a":{"environment":{"A":"pa$$word","B":"$$$$"},"command":["$${X}"]}}}';
  expect(parseConfig(json)).toEqual({
    services: { a: { environment: { A: 'pa$word', B: '$$' }, command: ['${X}'] } },
  });
});

it.each(['plain', 'pa$word', '$', '$$', '${HOME}', "$&$'"])(
  'a text is the same after it was written to a Compose file and read again: %s',
  (text) => {
    expect(parseConfig(JSON.stringify({ text: escapeText(text) }))).toEqual({ text });
  },
);
