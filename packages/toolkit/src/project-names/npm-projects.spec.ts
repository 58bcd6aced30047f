import { describe, expect, it, vi } from 'vitest';
import { nxNames, packageName } from './npm-projects.js';

describe('package.json of others', () => {
  it.each([
    ['comments that nothing closes', '/*a'.repeat(500_000)],
    ['strings that nothing closes', '\\"'.repeat(500_000)],
  ])('is read in linear time with %s', (_, text) => {
    const before = process.cpuUsage();
    expect(packageName(text)).toBeUndefined();
    // In quadratic time it took minutes.
    expect(process.cpuUsage(before).user).toBeLessThan(10_000_000);
  });

  it('is read with comments and trailing commas', () => {
    expect(packageName('{ "name": "a//b", /* c */ "x": ["/*", ], } // d')).toBe('a//b');
  });

  it.each([
    '*a'.repeat(14) + 'b',
    '{a,b}'.repeat(20),
    '{a,{b,c}}',
    '+(a|aa)+(a|aa)b',
    '{1..1000000}',
    `{${'.'.repeat(500_000)}`,
  ])('does not have the pattern %.60s matched, which may take forever', async (pattern) => {
    const files = {
      'package.json': JSON.stringify({ workspaces: [pattern, 'apps/*'] }),
      [`${'a'.repeat(200)}/package.json`]: '{"name":"long"}',
      'apps/web/package.json': '{"name":"web"}',
    };
    const read = (path: string) => files[path as keyof typeof files];
    const exists = (path: string) => path in files;
    const say = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const names = await nxNames(Object.keys(files), { read, exists }, false);
    expect([...names]).toEqual([['apps/web', 'web']]);
    expect(say.mock.calls.join()).toContain('is too complex');
    say.mockRestore();
  });

  it('is not compared with a pnpm-workspace.yaml of nested keys, which take seconds to convert', async () => {
    const texts = new Map([
      ['package.json', '{}'],
      ['pnpm-workspace.yaml', `packages: [apps/*]\nx:\n  ${'? '.repeat(400)}a\n`],
      ['apps/web/package.json', '{"name":"web"}'],
    ]);
    const files = { read: (path: string) => texts.get(path), exists: (path: string) => texts.has(path) };
    expect([...(await nxNames([...texts.keys()], files, false))]).toEqual([]);
  });

  it('is compared with the first 1,000 patterns', async () => {
    const workspaces = Array.from({ length: 1_001 }, (_, at) => `apps${at}/*`);
    const texts = new Map([
      ['package.json', JSON.stringify({ workspaces })],
      ['apps999/a/package.json', '{"name":"last"}'],
      ['apps1000/a/package.json', '{"name":"beyond"}'],
    ]);
    const files = { read: (path: string) => texts.get(path), exists: (path: string) => texts.has(path) };
    expect([...(await nxNames([...texts.keys()], files, false)).values()]).toEqual(['last']);
  });
});
