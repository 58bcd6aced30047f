import { expect, it } from 'vitest';
import { parseInstruction } from './instructions.js';

const projects = new Set(['app', '@scope/app', 'a:b']);

// As Nx 24 writes them into `hashDetails.nodes`.
it.each([
  ['env:RUSTFLAGS', { kind: 'variable', name: 'RUSTFLAGS' }],
  ['runtime:rustc --version', { kind: 'command', command: 'rustc --version' }],
  [
    'workspace:[{workspaceRoot}/nx.json,!{workspaceRoot}/target/**/*]',
    { kind: 'files', patterns: ['nx.json', '!target/**/*'], includesIgnored: false },
  ],
  [
    'files:[a.txt,b.txt (+8 more)]',
    { kind: 'files', patterns: ['a.txt', 'b.txt'], includesIgnored: true, isTruncated: true },
  ],
  ['files:[config/made.txt]', { kind: 'files', patterns: ['config/made.txt'], includesIgnored: true }],
  [
    'workspace:[{workspaceRoot}/src/{a.rs,b.rs},{workspaceRoot}/c\\,d/**/*]',
    { kind: 'files', patterns: ['src/{a.rs,b.rs}', 'c\\,d/**/*'], includesIgnored: false },
  ],
  ['app:crates/app/**/*', { kind: 'files', patterns: ['crates/app/**/*'], includesIgnored: false }],
  ['app:ProjectConfiguration', { kind: 'definition', project: 'app' }],
  ['@scope/app:ProjectConfiguration', { kind: 'definition', project: '@scope/app' }],
  ['a:b:ProjectConfiguration', { kind: 'definition', project: 'a:b' }],
  ['app:TsConfig', { kind: 'other', name: 'app:TsConfig' }],
  ['**/*.go:gen/one,gen/two', { kind: 'outputs', glob: '**/*.go', outputs: ['gen/one', 'gen/two'] }],
  [
    '.nx/slices/slice.json:.nx/slices',
    { kind: 'outputs', glob: '.nx/slices/slice.json', outputs: ['.nx/slices'] },
  ],
  ['npm:vite', { kind: 'other', name: 'npm:vite' }],
  ['AllExternalDependencies', { kind: 'other', name: 'AllExternalDependencies' }],
])('reads %s', (key, expected) => {
  expect(parseInstruction(key, projects)).toEqual(expected);
});
