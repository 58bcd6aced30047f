import { describe, expect, it } from 'vitest';
import { parseConfig } from './config.js';
import { checkPath, isPath } from './paths.js';

const secret = 'a-long-enough-token';

describe('the configuration', () => {
  it('comes from the environment where it is not given', () => {
    const environment = {
      WINDMILL_BASE_URL: 'http://a:8000',
      WINDMILL_TOKEN: secret,
      WINDMILL_WORKSPACE: 'w',
    };
    expect(parseConfig({}, environment)).toEqual({
      mode: 'attach',
      baseUrl: 'http://a:8000',
      token: secret,
      workspace: 'w',
      timeout: 300,
      maxConcurrent: 10,
      maxScriptSize: 1_000_000,
      retries: 3,
    });
    expect(parseConfig({ mode: 'simulate', workspace: 'v' }, environment)).toMatchObject({
      mode: 'simulate',
      workspace: 'v',
    });
  });

  it.each([
    [{}, /binaryPath \(WINDMILL_BINARY_PATH\)/],
    [{ WINDMILL_BINARY_PATH: '/opt/windmill' }, /databaseUrl \(DATABASE_URL\): required/],
    [{ WINDMILL_BINARY_PATH: '/opt/windmill', DATABASE_URL: 'mysql://a' }, /databaseUrl \(DATABASE_URL\)/],
  ])('of a supervised server from %j is refused', (environment, why) => {
    expect(() => parseConfig({ mode: 'supervise' }, environment)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', why: expect.stringMatching(why) as string }),
    );
  });

  it('of an embedded database is not overruled by the database URL of the environment', () => {
    const config = { mode: 'supervise', binaryPath: '/opt/windmill', database: 'embedded' } as const;
    const parsed = parseConfig(config, { DATABASE_URL: 'postgres://a@b/c', DATABASE_URL_FILE: '/url' });
    expect(parsed).toMatchObject({ database: 'embedded' });
    expect(parsed).not.toHaveProperty('databaseUrl');
    expect(parsed).not.toHaveProperty('databaseUrlFile');
  });

  it.each([
    [{ database: 'embedded', databaseUrl: 'postgres://a@b/c' }, /database: contradicts `databaseUrl`/],
    [{ database: 'embedded', databaseUrlFile: '/url' }, /database: contradicts `databaseUrl`/],
    [{ database: 'sqlite' }, /database: /],
    [{ databaseUrl: 'postgres://a@b/c', binaryTarget: 'build' }, /binaryTarget: `project:target`/],
    [{ databaseUrl: 'postgres://a@b/c', binaryTarget: '--help:x' }, /binaryTarget: `project:target`/],
  ])('of a supervised server with %j is refused', (fields, why) => {
    const config = { mode: 'supervise', binaryPath: '/opt/windmill', ...fields } as object;
    expect(() => parseConfig(config, {})).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', why: expect.stringMatching(why) as string }),
    );
  });

  it.each([
    [{}, /baseUrl \(WINDMILL_BASE_URL\)/],
    [{ WINDMILL_BASE_URL: 'ftp://a', WINDMILL_TOKEN: secret }, /baseUrl/],
    [
      { WINDMILL_BASE_URL: 'http://a', WINDMILL_TOKEN: 'short' },
      /token \(WINDMILL_TOKEN\): at least 10 bytes/,
    ],
    [{ WINDMILL_BASE_URL: 'http://a', WINDMILL_TOKEN: secret, WINDMILL_WORKSPACE: 'a/b' }, /workspace/],
  ])('of %j is refused with the names of field and variable, without secrets', (environment, why) => {
    const thrown = (() => {
      try {
        parseConfig({}, environment);
        return undefined;
      } catch (error) {
        return error as { readonly code: string; readonly why: string };
      }
    })();
    expect(thrown?.code).toBe('CONFIG_INVALID');
    expect(thrown?.why).toMatch(why);
    expect(thrown?.why).not.toContain(secret);
  });
});

describe('a path', () => {
  it.each(['f/a/b', 'u/user-name/some_script', 'g/all/x/y/z'])('%s is valid', (path) => {
    expect(isPath(path)).toBe(true);
  });
  it.each([
    ['f/hello', 'f/<folder>/hello'],
    ['my-script.py', 'f/<folder>/my-script'],
    ['f/a/with space', 'f/a/with_space'],
    ['scripts/team/run.ts', 'f/team/run'],
    ['', 'f/<folder>/my_script'],
  ])('%j is refused, and %s suggested', (path, suggestion) => {
    expect(() => {
      checkPath(path);
    }).toThrow(
      expect.objectContaining({ code: 'PATH_INVALID', remedy: `use a path such as \`${suggestion}\`` }),
    );
  });
});
