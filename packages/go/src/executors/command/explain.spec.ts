import { expect, it } from 'vitest';
import { explainFailure } from './explain.js';

it.each([
  [
    'go: go.mod requires go >= 1.99 (running go 1.26.8; GOTOOLCHAIN=local)',
    'GO_TOO_OLD',
    'Go 1.26.8 is too old; Go 1.99 is needed',
  ],
  [
    'main.go:3:8: no required module provides package x.org/y; to add it:\n\tgo get x.org/y',
    'GO_MOD_UNTIDY',
    'go.mod or go.sum does not match the sources',
  ],
  [
    'x.org/y@v1: missing go.sum entry for go.mod file; to add it:',
    'GO_MOD_UNTIDY',
    'go.mod or go.sum does not match the sources',
  ],
  [
    'go: x.org/y@v1.0.0: Get "https://proxy.example.org/x": dial tcp: lookup proxy.example.org: no such host',
    'SOURCE_UNREACHABLE',
    'https://proxy.example.org/x cannot be reached',
  ],
  [
    'go: x.org/y@v1: module lookup disabled by GOPROXY=off',
    'SOURCE_UNREACHABLE',
    'a module cannot be reached',
  ],
  ['/usr/lib/go/link: signal: killed', 'COMPILER_KILLED', 'a compiler or the linker was killed'],
  ['cgo: C compiler "nogcc" not found: exec: "nogcc"', 'LINKER_MISSING', 'the C compiler nogcc is not there'],
  ['write /tmp/x: no space left on device', 'DISK_FULL', 'the disk filled up during the build'],
  ['# x.org/y\n./main.go:3:2: undefined: z', 'COMPILE_FAILED', 'go build failed'],
  [
    '# x.org/y\nflag provided but not defined: -foo\nusage: link [options] main.o',
    'OPTION_INVALID',
    'go, its compiler or its linker knows no flag -foo',
  ],
  ['go: something else', 'GO_FAILED', 'go build failed'],
])('%s: %s', (log, code, what) => {
  expect(explainFailure('go build', log, { exitCode: 1, signal: undefined })).toMatchObject({ code, what });
});
