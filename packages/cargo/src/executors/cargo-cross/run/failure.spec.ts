import { cargoError } from '../../../errors.js';
import { expect, it } from 'vitest';
import { Diagnostics } from '../../../cargo-cli/diagnostics.js';
import { failureOf } from './failure.js';
import { packageWith, requestWith } from '../plan/request.spec.helper.js';

const packages = ['app', 'base', 'other'].map((name) => packageWith(name, '/r'));
const request = requestWith({ workspace: '/r', metadata: { packages } });
const cause = cargoError('CARGO_FAILED', { what: 'cargo failed', why: 'by itself' });
const dependsOn = (folder: string, on: string) => folder.endsWith('/app') && on.endsWith('/base');

/** Returns diagnostics with one error in each of the packages. */
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
const externalPackage = 'registry+https://example.org/index#serde@1.0.0';

it.each<[string, readonly string[], Partial<{ log: string; signal: NodeJS.Signals }>, string, string]>([
  ['errors in its own code', [idOf('app')], {}, 'COMPILE_FAILED', 'app does not compile'],
  ['errors in a dependency', [idOf('app'), idOf('base')], {}, 'COMPILE_FAILED', 'app, base do not'],
  ['errors in an external package', [externalPackage], {}, 'COMPILE_FAILED', 'serde does not compile'],
  ["cargo's own error, not errors in an unrelated crate", [idOf('other')], {}, 'CARGO_FAILED', 'by itself'],
  ['a killed compiler', [], { signal: 'SIGKILL' }, 'COMPILER_KILLED', 'again in a retry'],
  ["cargo's own error if no crate failed", [], {}, 'CARGO_FAILED', 'by itself'],
])('reports %s', (_, failed, result, code, why) => {
  const diagnostics = errorsIn(...failed);
  const facts = { log: '', signal: undefined, cause, diagnostics, ...result };
  const { error, shown } = failureOf(request, facts, dependsOn);
  expect({ code: error.code, why: error.why }).toEqual({ code, why: expect.stringContaining(why) as string });
  expect(shown).toBe(code === 'COMPILE_FAILED' ? failed.map((id) => `error in ${id}\n`).join('') : '');
});

it.each<[string, readonly { text: string; rendered: string }[], string, string]>([
  [
    'a failed linker',
    [
      {
        text: 'linking with `cc` failed: exit status: 1',
        rendered: 'error: linking\n  = note: /usr/bin/ld: cannot find -lfoo\n',
      },
      { text: 'aborting due to 1 previous error', rendered: 'error: aborting\n' },
    ],
    'LINK_FAILED',
    'app compiled, but the linker failed: /usr/bin/ld: cannot find -lfoo',
  ],
  [
    'a linker that is not installed',
    [{ text: 'linker `my-ld` not found', rendered: 'error: linker `my-ld` not found\n' }],
    'LINKER_MISSING',
    'selects it',
  ],
  [
    'code that does not compile, in addition to a failed linker',
    [
      { text: 'linking with `cc` failed', rendered: 'a\n' },
      { text: 'mismatched types', rendered: 'b\n' },
    ],
    'COMPILE_FAILED',
    'does not compile',
  ],
])('reports %s with its own code', (_, errors, code, why) => {
  const diagnostics = new Diagnostics();
  for (const { text, rendered } of errors)
    diagnostics.add({
      reason: 'compiler-message',
      package_id: idOf('app'),
      message: { level: 'error', message: text, rendered },
    });
  const { error } = failureOf(request, { log: '', signal: undefined, cause, diagnostics }, dependsOn);
  expect({ code: error.code, why: error.why }).toEqual({ code, why: expect.stringContaining(why) as string });
});

it('shows an error of two platforms only with the first one', () => {
  const shownDiagnostics = new Set<string>();
  const failures = ['linux/amd64', 'linux/arm64'].map(() => {
    const diagnostics = new Diagnostics(shownDiagnostics);
    diagnostics.add({
      reason: 'compiler-message',
      package_id: idOf('app'),
      message: { level: 'error', rendered: 'mismatched types\n' },
    });
    return failureOf(request, { log: '', signal: undefined, cause, diagnostics }, dependsOn);
  });
  expect(failures.map(({ shown }) => shown)).toEqual(['mismatched types\n', '']);
  expect(failures.map(({ error }) => error.why)).toEqual([
    'app does not compile',
    'app does not compile; another task of this run shows the errors',
  ]);
});
