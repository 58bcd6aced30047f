import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { taskVariables } from '../../toolchain/task-variables.js';
import { installTool } from './install.js';

let root: string;
const at = (path: string) => join(root, path);
const tool = { module: 'example.org/tool', package: 'example.org/tool/cmd/tool', version: 'v1.2.3' };
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'install-'));
  for (const folder of ['home', 'workspace/project', 'bin']) mkdirSync(at(folder), { recursive: true });
  // A fake go that logs its environment, and writes a program if an output is given.
  writeFileSync(at('bin/go'), `#!/bin/sh\nenv > '${at('seen')}'\n: > "$GOBIN/tool"\n`);
  chmodSync(at('bin/go'), 0o755);
  vi.stubEnv('PATH', `${at('bin')}${delimiter}${process.env.PATH ?? ''}`);
  vi.stubEnv(taskVariables.program, '');
  vi.stubEnv('HOME', at('home'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(root, { recursive: true });
});

it('ignores .env files of a workspace for the location and verification of tools', async () => {
  writeFileSync(
    at('workspace/.env'),
    `XDG_CACHE_HOME=${at('workspace/cache')}\nGOSUMDB=off\nexport GOPROXY=p\n`,
  );
  writeFileSync(at('workspace/project/.env.local'), 'GONOSUMDB="*"\n');
  vi.stubEnv('XDG_CACHE_HOME', at('workspace/cache'));
  vi.stubEnv('GOSUMDB', 'off');
  vi.stubEnv('GONOSUMDB', '*');
  vi.stubEnv('GOPROXY', 'https://proxy.example.org');
  const program = await installTool(tool, 'go1.26.0', at('workspace/project'));
  expect(program.startsWith(at('home/.cache/millwright/go-tools/'))).toBe(true);
  expect(existsSync(at('workspace/cache'))).toBe(false);
  const seen = readFileSync(at('seen'), 'utf8');
  expect(seen).not.toMatch(/^GO(NO)?SUMDB=/m);
  expect(seen).toContain('GOPROXY=https://proxy.example.org\n');
});

it('uses the settings of the user', async () => {
  vi.stubEnv('XDG_CACHE_HOME', at('cache'));
  vi.stubEnv('GOSUMDB', 'sum.example.org');
  const program = await installTool(tool, 'go1.26.0', at('workspace/project'));
  expect(program.startsWith(at('cache/millwright/go-tools/'))).toBe(true);
  expect(readFileSync(at('seen'), 'utf8')).toContain('GOSUMDB=sum.example.org\n');
});
