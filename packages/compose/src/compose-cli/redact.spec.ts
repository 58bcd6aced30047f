import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { secretsOf } from './redact.js';

const secrets = (environment: Record<string, string>) =>
  secretsOf({ name: 'mill-1a2b3c', services: { web: { image: 'postgres:16', environment } } }, {});

it.each<[Record<string, string>, string[]]>([
  [{ API_TOKEN: 'abcdef' }, ['abcdef']],
  [{ DB_PASSWORD: 'flour', RUST_LOG: 'debug' }, ['flour']],
  [{ DATABASE_URL: 'postgres://mill:fl%2Four@db/mill' }, ['fl%2Four', 'fl/our']],
  [{ PASSWORD_FILE: '/run/secrets/password' }, []],
  // Also a word of the stack.
  [{ POSTGRES_PASSWORD: 'postgres' }, []],
  [{ POSTGRES_PASSWORD: 'mill' }, []],
  [{ POSTGRES_PASSWORD: 'miller', POSTGRES_USER: 'miller' }, []],
])('secretsOf(%j)', (environment, expected) => {
  expect(secrets(environment)).toEqual(expected);
});

it('includes the values of the secrets that Compose files declare', () => {
  const folder = mkdtempSync(join(tmpdir(), 'redact-'));
  writeFileSync(join(folder, 'key'), 'line one\nline two\n');
  const declared = {
    a: { file: join(folder, 'key') },
    b: { environment: 'KEY_OF_B' },
    c: { content: 'of c' },
  };
  const found = secretsOf({ name: 'x', secrets: declared }, { KEY_OF_B: 'of b' });
  expect(found).toContain('line one\nline two\n');
  expect(found).toContain('of b');
  expect(found).toContain('of c');
  rmSync(folder, { recursive: true });
});
