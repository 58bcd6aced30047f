import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');

/** The rows `| fault | file | test |` of docs/first-trials.md. */
const rows = readFileSync(join(root, 'docs/first-trials.md'), 'utf8')
  .split('\n')
  .flatMap((line) => {
    const [, fault = '', file, title] = line.split('|').map((cell) => cell.trim());
    const path = /^`(.+\.ts)`$/.exec(file ?? '')?.[1];
    return path === undefined || title === undefined ? [] : [{ fault, path, title }];
  });

describe('the test of each fault of a first trial is where docs/first-trials.md says', () => {
  it.each(rows)('$fault', ({ path, title }) => {
    const text = readFileSync(join(root, path), 'utf8').replaceAll("\\'", "'");
    expect(text).toContain(title);
  });
});
