import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { isSupportedNode, requireNode, supportedNode } from './node-version.js';

describe('Node', () => {
  it.each([
    ['20.20.2', false],
    ['22.21.9', false],
    ['22.22.1', false],
    ['22.22.2', true],
    ['22.30.0', true],
    ['23.11.0', false],
    ['24.14.9', false],
    ['24.15.0', true],
    ['25.9.0', false],
    ['26.0.0', true],
    ['27.1.0-nightly20270101', true],
  ])('%s is supported: %s', (version, expected) => {
    expect(isSupportedNode(version)).toBe(expected);
  });

  it('that is too old is rejected with the supported versions', () => {
    const version = vi
      .spyOn(process, 'versions', 'get')
      .mockReturnValue({ ...process.versions, node: '20.1.0' });
    try {
      expect(() => {
        requireNode('@millwright/cargo');
      }).toThrow(
        /^error\[NODE_UNSUPPORTED\]: @millwright\/cargo does not support Node\.js 20\.1\.0\n {2}cause: the supported versions are .+\n {2}help: install/,
      );
    } finally {
      version.mockRestore();
    }
  });

  it('is required in the same range by every package', () => {
    const root = join(import.meta.dirname, '../../../..');
    const engines = globSync('{package.json,packages/*/package.json}', { cwd: root }).map((path) => {
      const { engines: found } = JSON.parse(readFileSync(join(root, path), 'utf8')) as {
        engines?: { node?: string };
      };
      return [path, found?.node];
    });
    expect(engines.filter(([, node]) => node !== supportedNode)).toEqual([]);
    expect(engines.length).toBeGreaterThan(5);
  });
});
