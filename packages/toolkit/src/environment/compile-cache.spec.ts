import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';

const ours = pathToFileURL(join(import.meta.dirname, '../../dist/environment/compile-cache.js')).href;
const program = `
  import { useCompileCache, saveCompileCache } from ${JSON.stringify(ours)};
  useCompileCache();
  await import('smol-toml');
  saveCompileCache();
  process.kill(process.pid, 'SIGKILL');`;

it("what was compiled is in the user's cache although a signal ends the process, unless Node is told otherwise", () => {
  const cache = mkdtempSync(join(tmpdir(), 'millwright-compiled-'));
  const kept = (variables: NodeJS.ProcessEnv) => {
    const env = { ...process.env, NODE_COMPILE_CACHE: '', XDG_CACHE_HOME: cache, ...variables };
    try {
      execFileSync(process.execPath, ['--input-type=module', '--eval', program], { env, stdio: 'ignore' });
    } catch {
      // It is ended by its own signal.
    }
    return existsSync(join(cache, 'millwright', 'compiled'));
  };
  try {
    expect(kept({ NODE_DISABLE_COMPILE_CACHE: '1' })).toBe(false);
    expect(kept({})).toBe(true);
  } finally {
    rmSync(cache, { recursive: true });
  }
});
