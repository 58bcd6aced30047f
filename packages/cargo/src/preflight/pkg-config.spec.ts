import { describe, expect, it } from 'vitest';
import { findModules } from './pkg-config.js';

/** As Debian has them, shortened. */
const files: Readonly<Record<string, string>> = {
  '/first/openssl.pc': `prefix=/usr
libdir=\${prefix}/lib/x86_64-linux-gnu

Name: OpenSSL
Description: Secure Sockets Layer: with a colon
Version: 3.0.11
Requires: libssl >= 3.0.0, libcrypto
`,
  '/second/openssl.pc': 'Version: 1.0\n',
  '/second/libssl.pc': `libdir=/usr/lib/x86_64-linux-gnu
Version: 3.0.11
Requires.private: libcrypto
Libs: -L\${libdir} -L/opt/ssl \\
  -lssl
`,
  '/second/libcrypto.pc': 'Version: 3.0.11\nLibs: -lcrypto\nLibs.private: -ldl -pthread\nRequires: gone\n',
};
const found = (...names: string[]) =>
  findModules(names, ['/first', '/second'], { read: (path) => files[path] });

describe('pkg-config modules', () => {
  it('are found in the first folder that contains them, with their requirements, each once', () => {
    expect(found('openssl', 'libcrypto').map(({ name }) => name)).toEqual(['openssl', 'libcrypto', 'libssl']);
    expect(found('nothing')).toEqual([]);
  });

  it('provide versions and linker flags without machine-specific paths', () => {
    expect(found('openssl')[0]?.facts).toEqual(['Version: 3.0.11', 'Requires: libssl >= 3.0.0, libcrypto']);
  });

  it('provide the linked libraries and their folders', () => {
    const [, ssl, crypto] = found('openssl');
    expect(ssl).toMatchObject({ libraries: ['ssl'], folders: ['/usr/lib/x86_64-linux-gnu', '/opt/ssl'] });
    expect(crypto).toMatchObject({ libraries: ['crypto', 'dl'], folders: [] });
  });

  it.each([
    ['variables that each name the one before twice', `a0=x\n${doubling(60)}Libs: -lz \${a60}\n`],
    ['blanks within a value', `a=x${' '.repeat(500_000)}y\nLibs: -lz\n`],
  ])('are parsed in linear time with %s', (_, text) => {
    const started = process.cpuUsage();
    expect(findModules(['a'], ['/p'], { read: () => text })[0]?.libraries).toEqual(['z']);
    expect(process.cpuUsage(started).user / 1_000_000).toBeLessThan(5);
  });
});

function doubling(count: number): string {
  return Array.from({ length: count }, (_, at) => `a${at + 1}=\${a${at}}\${a${at}}\n`).join('');
}
