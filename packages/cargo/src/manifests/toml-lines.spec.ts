import { expect, it } from 'vitest';
import { tomlLine } from './toml-lines.js';

it.each<[string, string, (string | number)[], number]>([
  ['a table', '[package]\nname = "a"\n[lib]\n', ['lib'], 3],
  ['a table with spaces and quotes in its head', '# [lib]\n[ "lib" ]\n', ['lib'], 2],
  ['a key', '[package]\nname = "a"\nversion = 1\n', ['package', 'version'], 3],
  [
    'a key of the table that is meant',
    '[lib]\nmembers = 1\n[workspace]\nmembers = 2\n',
    ['workspace', 'members'],
    4,
  ],
  ['a key with dots', 'workspace.members = 1\n', ['workspace', 'members'], 1],
  [
    'a key in a comment or a text is none',
    '[a]\nb = """\nmembers = 1\n"""\n# members = 2\nmembers = 3\n',
    ['a', 'members'],
    6,
  ],
  ['a table that only lies on the way to another', 'x = 1\n[dependencies.serde]\n', ['dependencies'], 2],
  ['a key of an inline table', 'a = 1\nb = {\n  c = 2,\n  d = 3 }\n', ['b', 'd'], 4],
  ['a member of a list', 'a = [\n  1,\n  2,\n]\n', ['a', 1], 3],
  ['the second of several tables', '[[bin]]\nname = "a"\n[[bin]]\nname = "b"\n', ['bin', 1, 'name'], 4],
  ['what a missing key would lie in', '[package]\n[lib]\nname = 1\n', ['lib', 'path'], 2],
  ['nothing of it', '[package]\n', ['lib'], 1],
  ['nothing of what is no TOML', '[package\n', ['package'], 1],
])('finds the line of %s', (_, text, path, line) => {
  expect(tomlLine(text, path)).toBe(line);
});
