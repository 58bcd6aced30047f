import { describe, expect, it } from 'vitest';
import { libcOf } from './libc.js';

describe('libcOf', () => {
  it.each([
    ['/lib64/ld-linux-x86-64.so.2', ['libc.so.6'], [], 'glibc'],
    ['/nix/store/abc-glibc-2.40/lib/ld-linux-aarch64.so.1', [], [], 'glibc'],
    ['/lib/ld64.so.1', ['libc.so.6'], [], 'glibc'],
    ['/lib64/ld64.so.2', ['libm.so.6'], [], 'glibc'],
    ['/lib/ld.so.1', ['libc.so.6'], [], 'glibc'],
    ['/lib/ld-musl-x86_64.so.1', ['libc.so'], [], 'musl'],
    ['/lib/ld-uClibc.so.0', ['libc.so.0'], [], 'uclibc'],
    ['/system/bin/linker64', ['libc.so'], ['LIBC'], 'bionic'],
    ['/usr/lib/ld.so.1', ['libc.so.1'], ['SUNW_1.1'], 'unknown'],
    ['/libexec/ld-elf.so.1', ['libc.so.7'], ['FBSD_1.0'], 'unknown'],
    [undefined, ['libm.so.6', 'libc.so.6'], [], 'glibc'],
    [undefined, ['libc.musl-x86_64.so.1'], [], 'musl'],
    [undefined, ['libc.so'], [], 'musl'],
    [undefined, ['libc.so'], ['LIBC'], 'bionic'],
    [undefined, ['libz.so.1'], [], 'unknown'],
    [undefined, [], [], 'none'],
  ] as const)(
    'returns for the loader %s, libraries %j and versions %j: %s',
    (interpreter, needed, versions, libc) => {
      expect(libcOf(interpreter, needed, versions)).toBe(libc);
    },
  );
});
