import { MillwrightError } from '@millwright/toolkit';
import { expect, it } from 'vitest';
import { Diagnostics } from './diagnostics.js';
import { failureOf } from './failure.js';
import type { BuildRequest } from './request.js';

const packages = ['app', 'base', 'other'].map((name) => ({
  id: `path+file:///r/crates/${name}#0.1.0`,
  name,
  manifest_path: `/r/crates/${name}/Cargo.toml`,
}));
const request = {
  package: { name: 'app' },
  folder: '/r/crates/app',
  metadata: { packages },
  triple: 'x86_64-unknown-linux-gnu',
  platform: { platform: 'linux/amd64' },
} as unknown as BuildRequest;
const cause = new MillwrightError('CARGO_FAILED', { what: 'cargo failed', why: 'by itself' });
const dependsOn = (folder: string, on: string) => folder.endsWith('/app') && on.endsWith('/base');

/** Diagnostics with one error in each of the named packages. */
function errorsIn(...ids: readonly string[]): Diagnostics {
  const diagnostics = new Diagnostics();
  for (const package_id of ids)
    diagnostics.add({
      reason: 'compiler-message',
      package_id,
      message: { level: 'error', rendered: `error in ${package_id}\n` },
    });
  return diagnostics;
}
const idOf = (name: string) => `path+file:///r/crates/${name}#0.1.0`;
const elsewhere = 'registry+https://example.org/index#serde@1.0.0';

it.each<[string, readonly string[], Partial<{ log: string; signal: NodeJS.Signals }>, string, string]>([
  ['its own errors', [idOf('app')], {}, 'COMPILE_FAILED', 'app does not compile'],
  ['those of what it depends on', [idOf('app'), idOf('base')], {}, 'COMPILE_FAILED', 'app, base do not'],
  ['those of a package from elsewhere', [elsewhere], {}, 'COMPILE_FAILED', 'serde does not compile'],
  ['not those of a crate that it does not use', [idOf('other')], {}, 'CARGO_FAILED', 'by itself'],
  ['a compiler that was killed', [], { signal: 'SIGKILL' }, 'COMPILER_KILLED', 'killed again'],
  ['what cargo says where no crate failed', [], {}, 'CARGO_FAILED', 'by itself'],
])('a build fails for %s', (_, failed, result, code, why) => {
  const diagnostics = errorsIn(...failed);
  const facts = { log: '', signal: undefined, cause, diagnostics, ...result };
  const { error, shown } = failureOf(request, facts, dependsOn);
  expect({ code: error.code, why: error.why }).toEqual({ code, why: expect.stringContaining(why) as string });
  expect(shown).toBe(code === 'COMPILE_FAILED' ? failed.map((id) => `error in ${id}\n`).join('') : '');
});
