import { describe, expect, it } from 'vitest';
import { commandFolder, configsFor } from './config-folders.js';

describe('cargo reads the configuration in a folder and above it, with the included files', () => {
  it.each<[string, Readonly<Record<string, string>>, string[]]>([
    ['none', {}, []],
    [
      'a list: later files override earlier ones, and the including file overrides both',
      { '.cargo/config.toml': 'include = ["a.toml", "b.toml"]', '.cargo/a.toml': '', '.cargo/b.toml': '' },
      ['.cargo/config.toml', '.cargo/b.toml', '.cargo/a.toml'],
    ],
    [
      'a file elsewhere, relative to the folder of the including file (tock)',
      { 'board/.cargo/config.toml': 'include = ["../../cargo/flags.toml"]', 'cargo/flags.toml': '' },
      ['board/.cargo/config.toml', 'cargo/flags.toml'],
    ],
    [
      'a table, and a file that includes another',
      {
        '.cargo/config.toml': 'include = [{ path = "a.toml", optional = true }]',
        '.cargo/a.toml': 'include = ["more/b.toml"]',
        '.cargo/more/b.toml': '',
      },
      ['.cargo/config.toml', '.cargo/a.toml', '.cargo/more/b.toml'],
    ],
    [
      'files that include each other',
      { '.cargo/config.toml': 'include = "a.toml"', '.cargo/a.toml': 'include = ["config.toml"]' },
      ['.cargo/config.toml', '.cargo/a.toml'],
    ],
    [
      'a missing optional file',
      { '.cargo/config.toml': 'include = [{ path = "mine.toml", optional = true }]' },
      ['.cargo/config.toml'],
    ],
    [
      'the nearest folder first',
      {
        '.cargo/config.toml': 'include = ["a.toml"]',
        '.cargo/a.toml': '',
        'board/.cargo/config.toml': '[build]\n',
      },
      ['board/.cargo/config.toml', '.cargo/config.toml', '.cargo/a.toml'],
    ],
    ['an invalid file', { '.cargo/config.toml': 'include = [' }, ['.cargo/config.toml']],
  ])('%s', (_, files, expected) => {
    expect(configsFor('board', (path) => files[path])).toEqual(expected);
  });
});

describe('cargo runs', () => {
  it.each<[string, string, string, readonly string[], string]>([
    ["in the workspace's folder", 'boards/a', '.', [], '.'],
    [
      'in a member with its own configuration (tock)',
      'boards/a',
      '.',
      ['boards/a/.cargo/config.toml'],
      'boards/a',
    ],
    ['in a folder of members with a configuration', 'boards/a', '.', ['boards/.cargo/config'], 'boards'],
    [
      "in the workspace's folder, whose configuration applies to it",
      'rust/a',
      'rust',
      ['rust/.cargo/config'],
      'rust',
    ],
    [
      "in the workspace's folder for a member elsewhere",
      'other/a',
      'rust',
      ['other/a/.cargo/config.toml'],
      'rust',
    ],
    ['in absolute folders', '/r/boards/a', '/r', ['/r/boards/a/.cargo/config'], '/r/boards/a'],
  ])('%s', (_, crate, workspace, files, expected) => {
    expect(commandFolder(crate, workspace, (path) => files.includes(path))).toBe(expected);
  });
});
