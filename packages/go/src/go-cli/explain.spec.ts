import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { explainFailure } from './explain.js';

it('leaves the advice that go prints on a separate line out of the cause', () => {
  const log = 'go: updates to go.mod needed; to update it:\n\tgo mod tidy';
  expect(explainFailure('go vet', log, { exitCode: 1, signal: undefined })).toMatchObject({
    why: 'updates to go.mod needed',
  });
});

it.each<[log: string, code: string, what: string]>([
  [
    'go: go.mod requires go >= 1.99 (running go 1.26.8; GOTOOLCHAIN=local)',
    'GO_TOO_OLD',
    'Go 1.99 or newer is required, but Go 1.26.8 is installed',
  ],
  [
    'main.go:3:8: no required module provides package x.org/y; to add it:\n\tgo get x.org/y',
    'GO_MOD_UNTIDY',
    'go.mod or go.sum does not match the imports of the module',
  ],
  [
    'x.org/y@v1: missing go.sum entry for go.mod file; to add it:',
    'GO_MOD_UNTIDY',
    'go.mod or go.sum does not match the imports of the module',
  ],
  [
    'go: x.org/y@v1.0.0: Get "https://proxy.example.org/x": dial tcp: lookup proxy.example.org: no such host',
    'SOURCE_UNREACHABLE',
    'cannot download a module from https://proxy.example.org/x',
  ],
  ['go: x.org/y@v1: module lookup disabled by GOPROXY=off', 'SOURCE_UNREACHABLE', 'cannot download a module'],
  ['/usr/lib/go/link: signal: killed', 'COMPILER_KILLED', 'a compiler or the linker was killed'],
  [
    'cgo: C compiler "nogcc" not found: exec: "nogcc"',
    'LINKER_MISSING',
    'the C compiler nogcc was not found',
  ],
  ['write /tmp/x: no space left on device', 'DISK_FULL', 'the disk filled up during the build'],
  ['# x.org/y\n./main.go:3:2: undefined: z', 'COMPILE_FAILED', 'go build failed'],
  ...[
    'build cache is required, but could not be located: GOCACHE is not defined and neither $XDG_CACHE_HOME nor $HOME are defined',
    'build cache is required, but could not be located: GOCACHE is not an absolute path',
    'build cache is disabled by GOCACHE=off, but required as of Go 1.12',
    'failed to initialize build cache at /.cache/go-build: mkdir /.cache: permission denied',
    'go: x.org/y@v1: verifying go.mod: initializing sumdb.Client: could not locate sumdb file: missing $GOPATH: HOME is not set',
    'go: x.org/y@v1: verifying go.mod: open /nowhere/pkg/sumdb/sum.golang.org/latest: no such file or directory',
    'go: module cache not found: neither GOMODCACHE nor GOPATH is set',
  ].map((log): [string, string, string] => [log, 'GO_CACHE_UNUSABLE', 'go cannot use its cache folder']),
  [
    'go: creating work dir: stat /nowhere: no such file or directory',
    'TEMPORARY_FOLDER_UNUSABLE',
    'go cannot create temporary files',
  ],
  [
    '# x.org/y\nflag provided but not defined: -foo\nusage: link [options] main.o',
    'OPTION_INVALID',
    'go does not support the flag -foo',
  ],
  [
    'package x.org/a\n\timports x.org/b: build constraints exclude all Go files in /nowhere/b',
    'GO_PACKAGE_LEFT_OUT',
    'the package x.org/b has no Go files for this build',
  ],
  ['go: something else', 'GO_FAILED', 'go build failed'],
])('%s: %s', (log, code, what) => {
  expect(explainFailure('go build', log, { exitCode: 1, signal: undefined })).toMatchObject({ code, what });
});

it.each([
  [
    '# x.org/y\n./main.go:3:2: undefined: z',
    { exitCode: 1, signal: undefined },
    './main.go:3:2: undefined: z',
  ],
  ['# x.org/y\nlink: unknown error', { exitCode: 1, signal: undefined }, 'link: unknown error'],
  ['', { exitCode: 2, signal: undefined }, 'it exited with status 2'],
  ['', { exitCode: undefined, signal: 'SIGTERM' }, 'it was terminated by SIGTERM'],
] as const)('names the cause of an unknown failure with the output %j', (log, result, why) => {
  expect(explainFailure('go build', log, result).why).toBe(why);
});

it.each([
  ['vet: ./load.go:5:9: undefined: connection', 'GO_CGO_OFF'],
  ['./load.go:5:9: undefined: connection', 'GO_CGO_OFF'],
  ['./load.go:5:9: missing return', 'COMPILE_FAILED'],
])('a name that a file with C code defines, without cgo: %s', (line, code) => {
  const folder = mkdtempSync(join(tmpdir(), 'explain-'));
  writeFileSync(join(folder, 'load.go'), 'package a\n\nfunc Load() any {\n\treturn connection{}\n}\n');
  writeFileSync(join(folder, 'native.go'), 'package a\n\nimport "C"\n\ntype connection struct{}\n');
  const result = { exitCode: 1, signal: undefined };
  const explained = explainFailure('go vet', `# x.org/a\n${line}`, result, folder);
  const withCgo = explainFailure('go vet', `# x.org/a\n${line}`, result);
  rmSync(folder, { recursive: true });
  expect(explained.code).toBe(code);
  if (code === 'GO_CGO_OFF')
    expect(explained.what).toBe('go vet failed, because cgo is off and go excludes native.go');
  expect(withCgo.code).toBe('COMPILE_FAILED');
});
