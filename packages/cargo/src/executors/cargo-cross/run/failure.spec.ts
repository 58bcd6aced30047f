import { cargoError } from '../../../errors.js';
import { expect, it } from 'vitest';
import { Diagnostics } from '../../../cargo-cli/diagnostics.js';
import { failureOf } from './failure.js';
import { packageWith, requestWith } from '../plan/request.spec.helper.js';

const packages = ['app', 'base', 'other'].map((name) => packageWith(name, '/r'));
const request = requestWith({ workspace: '/r', metadata: { packages } });
const cause = cargoError('CARGO_FAILED', { what: 'cargo failed', why: 'by itself' });
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

it.each<[string, readonly { text: string; rendered: string }[], string, string]>([
  [
    'a linker that failed',
    [
      {
        text: 'linking with `cc` failed: exit status: 1',
        rendered: 'error: linking\n  = note: /usr/bin/ld: cannot find -lfoo\n',
      },
      { text: 'aborting due to 1 previous error', rendered: 'error: aborting\n' },
    ],
    'LINK_FAILED',
    'app, which compiles, cannot be linked: /usr/bin/ld: cannot find -lfoo',
  ],
  [
    'a linker that is not there',
    [{ text: 'linker `my-ld` not found', rendered: 'error: linker `my-ld` not found\n' }],
    'LINKER_MISSING',
    'names it',
  ],
  [
    'code that does not compile beside it',
    [
      { text: 'linking with `cc` failed', rendered: 'a\n' },
      { text: 'mismatched types', rendered: 'b\n' },
    ],
    'COMPILE_FAILED',
    'does not compile',
  ],
])('%s has a code of its own', (_, errors, code, why) => {
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

it('an error that two platforms have is shown with the first of them', () => {
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
    'app does not compile; the errors are shown with another task of this run',
  ]);
});
