import { expect, it } from 'vitest';
import { printable, printableOutput } from './printable.js';

it.each([
  ['plain text, also größer and 😀', 'plain text, also größer and 😀'],
  ['two\nlines\tand a tab', 'two\nlines\tand a tab'],
  ['\u001B[31mred\u001B[0m', '\\x1b[31mred\\x1b[0m'],
  ['\u001B]0;title\u0007', '\\x1b]0;title\\x07'],
  ['over\rwritten', 'over\\x0dwritten'],
  ['\u009B31m', '\\x9b31m'],
  ['a\u202Etxt.exe', 'a\\u202etxt.exe'],
  ['a\u061Cb', 'a\\u61cb'],
  ['nul\u0000', 'nul\\x00'],
])('prints %j as %j', (text, expected) => {
  expect(printable(text)).toBe(expected);
});

it('leaves no character that a terminal interprets, except tab and line feed', () => {
  const codes = Array.from({ length: 0x3000 }, (_, code) => code);
  const left = codes.filter((code) =>
    /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u.test(printable(String.fromCharCode(code))),
  );
  expect(left.map((code) => String.fromCharCode(code))).toEqual(['\t', '\n']);
});

it('truncates overlong lines', () => {
  const shown = printable(`short\n${'x'.repeat(10_000_000)}`);
  expect(shown.length).toBeLessThan(2_100);
  expect(shown.startsWith('short\nxxx')).toBe(true);
});

it.each([
  ['\u001B[31mred\u001B[0m', '\u001B[31mred\u001B[0m'],
  ['\u001B[1;38;5;9mred', '\u001B[1;38;5;9mred\u001B[0m'],
  ['\u001B[38;2;8;8;8mgrey\u001B[m', '\u001B[38;2;8;8;8mgrey\u001B[0m'],
  ['\u001B[8mhidden', 'hidden'],
  ['\u001B[31;08mhidden', '\u001B[31mhidden\u001B[0m'],
  ['\u001B[38;5;8;8mhidden', '\u001B[38;5;8mhidden\u001B[0m'],
  ['\u001B[38;8mhidden', '\u001B[38mhidden\u001B[0m'],
  ['\u001B[31mred\nplain', '\u001B[31mred\u001B[0m\nplain'],
  ['\u001B[2Jmade clear', '\\x1b[2Jmade clear'],
  ['\u001B[>4;2m', '\\x1b[>4;2m'],
  ['\u001B]0;title\u0007', '\\x1b]0;title\\x07'],
  ['\u001B]52;c;cm0gLXJm\u0007', '\\x1b]52;c;cm0gLXJm\\x07'],
])('printableOutput keeps only colours, within a line: %j', (text, shown) => {
  expect(printableOutput(text)).toBe(shown);
});
