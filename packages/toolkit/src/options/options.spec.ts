import { coerceTypesInOptions, type Schema, validateOptsAgainstSchema } from 'nx/src/utils/params.js';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { MillwrightError } from '../errors/errors.js';
import { nxSchema, parseOptions } from './options.js';
import type { OptionOrigin } from './origin.js';

const schema = z.strictObject({
  platforms: z.array(z.enum(['linux/amd64', 'linux/arm64'])).optional(),
  profile: z.string().default('release'),
  jobs: z.union([z.int(), z.literal('auto')]).optional(),
  env: z.record(z.string().regex(/^[A-Z]+$/, 'must be in capitals'), z.string()).optional(),
  signing: z.object({ key: z.string() }).optional(),
  limits: z.strictObject({ memory: z.int().optional() }).optional(),
});

function why(options: unknown): string {
  try {
    parseOptions(schema, options, 'the executor @millwright/cargo:cargo-cross');
  } catch (error) {
    if (error instanceof MillwrightError && error.code === 'OPTION_INVALID') return error.why;
    throw error;
  }
  throw new Error('the options were accepted');
}

describe('parseOptions', () => {
  it('returns the options with their defaults', () => {
    expect(parseOptions(schema, { jobs: 4 }, 'x')).toEqual({ jobs: 4, profile: 'release' });
  });

  it('names the owner of the options', () => {
    expect(() => parseOptions(schema, 1, 'the plugin @millwright/cargo')).toThrow(
      'OPTION_INVALID: invalid options for the plugin @millwright/cargo',
    );
  });

  it('reports a missing option only once', () => {
    expect(why({ signing: {} })).toBe('signing.key is not set: expected string');
  });

  it.each<[string, unknown, string[]]>([
    [
      'an item of a list',
      { platforms: ['linux/x64'] },
      ['platforms.0 is "linux/x64"', '"linux/amd64"|"linux/arm64"'],
    ],
    ['a wrong type', { profile: 7 }, ['profile is 7', 'expected string']],
    ['null', { profile: null }, ['profile is null', 'expected string']],
    ['an unknown option', { profil: 'x' }, ['"profil"']],
    ['a suggestion for an unknown option', { profil: 'x' }, ['did you mean "profile"?']],
    ['a suggestion for a nested option', { limits: { memroy: 1 } }, ['did you mean "memory"?']],
    [
      'a suggestion for a value',
      { platforms: ['linux/arm46'] },
      ['platforms.0 is "linux/arm46"', 'did you mean "linux/arm64"?'],
    ],
    ['a missing option', { signing: {} }, ['signing.key is not set', 'expected string']],
    [
      'a union, with every alternative',
      { jobs: 'all' },
      ['jobs is "all"', 'expected number', '; or ', '"auto"'],
    ],
    ['a key', { env: { path: 'x' } }, ['env.path is "x"', 'must be in capitals']],
    ['no options at all', undefined, ['expected object']],
    ['a value that JSON cannot represent', { profile: 1n }, ['profile is 1', 'expected string']],
    [
      'every problem, not only the first',
      { profile: 7, platforms: 'x' },
      ['profile is 7', 'platforms is "x"'],
    ],
  ])('reports %s', (_, options, parts) => {
    for (const part of parts) expect(why(options)).toContain(part);
  });
});

describe('the origin of an invalid option', () => {
  const origins: Readonly<Record<string, OptionOrigin>> = {
    profile: { file: 'app/project.json' },
    jobs: { file: 'nx.json' },
    profil: { phrase: 'set on the command line' },
    platforms: { phrase: 'inferred by @millwright/cargo' },
  };
  const shown = (options: unknown) => {
    try {
      parseOptions(schema, options, 'x', ([name]) => origins[String(name)]);
      return [];
    } catch (error) {
      return error instanceof MillwrightError ? [error.location?.file, `${error.why} ${error.remedy}`] : [];
    }
  };

  it.each<[string, unknown, string | undefined, string]>([
    ['a file', { profile: 7 }, 'app/project.json', 'profile is 7: '],
    [
      'a file, which the remedy names',
      { profile: 7 },
      'app/project.json',
      'correct the option in app/project.json',
    ],
    ['a second file', { profile: 7, jobs: 'x' }, 'app/project.json', 'jobs is "x" (set in nx.json): '],
    ['the command line', { profil: 'x' }, undefined, '(set on the command line)'],
    ['a plugin', { platforms: 7 }, undefined, 'platforms is 7 (inferred by @millwright/cargo): '],
    ['nothing, because it is missing', { signing: {} }, undefined, 'signing.key is not set: '],
  ])('is %s', (_, options, file, text) => {
    const [location, why] = shown(options);
    expect(location).toBe(file);
    expect(why).toContain(text);
  });
});

describe('nxSchema', () => {
  const json = JSON.parse(nxSchema(schema, 'Builds a crate')) as Record<string, unknown>;

  it('has the version that Nx reads, with title, types and defaults', () => {
    expect(json).toMatchObject({
      version: 2,
      title: 'Builds a crate',
      type: 'object',
      properties: {
        profile: { default: 'release' },
        signing: { type: 'object' },
        platforms: {
          type: 'array',
          items: { description: 'One of: linux/amd64, linux/arm64.' },
        },
      },
    });
  });

  it('shows the type of strings in --help, and accepts 2.28, which Nx passes as a number', () => {
    expect(json).toMatchObject({
      properties: { profile: { type: 'string', $ref: '#/definitions/text' } },
      definitions: { text: { type: ['string', 'number', 'boolean'] } },
    });
    const options = { profile: 2.28, jobs: 'auto', platforms: ['linux/amd64'] };
    expect(() => {
      validateOptsAgainstSchema(options, json as Schema);
    }).not.toThrow();
    expect(coerceTypesInOptions({ profile: '2.10' }, json as Schema)).toEqual({ profile: '2.10' });
  });

  it('has a type for every option', () => {
    expect(Object.values(json.properties as object).map(({ type }: { type?: unknown }) => type)).toEqual([
      ...['array', 'string', 'string', 'object', 'object', 'object'],
    ]);
  });

  it('omits constraints, even in alternatives', () => {
    expect(json.properties).toMatchObject({
      jobs: { type: 'string', $ref: '#/definitions/jobs' },
    });
    expect(json.definitions).toMatchObject({
      jobs: { anyOf: [{ type: 'integer' }, { description: 'One of: auto.' }] },
    });
    const text = JSON.stringify(json);
    for (const word of ['enum', 'const', 'pattern', 'minimum', 'required', 'additionalProperties']) {
      expect(text).not.toContain(`"${word}":`);
    }
  });

  it('keeps an option that is named like a constraint', () => {
    const named = z.strictObject({ pattern: z.boolean(), required: z.boolean(), const: z.boolean() });
    expect(JSON.parse(nxSchema(named, 'x'))).toMatchObject({
      properties: { pattern: { type: 'boolean' }, required: { type: 'boolean' }, const: { type: 'boolean' } },
    });
  });

  it('ends with a line break', () => {
    expect(nxSchema(schema, 'x').endsWith('}\n')).toBe(true);
  });
});
