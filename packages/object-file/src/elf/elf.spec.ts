import { copyFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeWithTool } from '@millwright/toolkit/testing';
import { memorySource } from '../bytes/byte-source.js';
import { parseObjectFile, readObjectFile } from '../read.js';
import { output, withBytesReplaced, Samples } from '../samples.spec.helper.js';

const program = '#include <stdio.h>\nint main(void) { puts("mill"); return 0; }\n';
const threads = `#include <pthread.h>
#include <stdio.h>
#include <math.h>
static void *work(void *p) { return p; }
int main(int argc, char **argv) {
  pthread_t t;
  pthread_create(&t, 0, work, 0);
  fprintf(stdout, "%f %s", pow(argc, 2.5), argv[0]);
  return pthread_join(t, 0);
}
`;

let samples: Samples;
beforeAll(async () => {
  samples = await Samples.create();
});
afterAll(() => samples.dispose());

/** Returns readelf's output for comparison. */
async function readelf(path: string) {
  const text = await output('readelf', ['--wide', '-h', '-l', '-d', '-V', '--dyn-syms', path]);
  const all = (pattern: RegExp) => [...text.matchAll(pattern)].map((match) => match[1] ?? '');
  const needs = text.slice(text.indexOf("Version needs section '.gnu.version_r'"));
  return {
    needed: all(/\(NEEDED\).*\[(.*)\]/g),
    interpreter: all(/Requesting program interpreter: (.*)\]/g)[0],
    versions: [...needs.matchAll(/Name: (GLIBC_\S+)/g)].map((match) => match[1] ?? ''),
    symbols: all(/ (\S+@@?GLIBC_[\d.]+)(?: \(\d+\))?$/gm)
      .map((symbol) => symbol.replace('@@', '@'))
      .sort(),
  };
}

/** Returns the glibc symbols in readelf's notation. */
async function glibcSymbols(path: string): Promise<string[]> {
  const { glibcSymbols } = await readObjectFile(path);
  return glibcSymbols
    .flatMap(({ symbols, version }) => symbols.map((symbol) => `${symbol}@GLIBC_${version}`))
    .sort();
}

const compilers = [
  { compiler: 'gcc', architecture: undefined },
  { compiler: 'aarch64-linux-gnu-gcc', architecture: 'aarch64' },
];

for (const { compiler, architecture } of compilers) {
  describeWithTool(describe, [compiler, 'readelf'], `ELF files of ${compiler}`, () => {
    it('parses a dynamic program like readelf', async () => {
      const path = await samples.c(`threads-${compiler}`, threads, ['-pthread', '-lm'], compiler);
      const expected = await readelf(path);
      const object = await readObjectFile(path);
      expect(object).toMatchObject({
        format: 'elf',
        kind: 'executable',
        bits: 64,
        endianness: 'little',
        os: 'linux',
        libc: 'glibc',
        neededLibraries: expected.needed,
        interpreter: expected.interpreter,
        architectures: [object.architecture],
      });
      if (architecture) expect(object.architecture).toBe(architecture);
      expect(expected.versions).toContain(`GLIBC_${object.requiredGlibc ?? ''}`);
      expect(expected.symbols.length).toBeGreaterThan(4);
      expect(await glibcSymbols(path)).toEqual(expected.symbols);
    });

    it.each(['sysv', 'gnu'])('counts the symbols of a library with the hash style %s', async (style) => {
      const name = `lib-${style}-${compiler}`;
      const flags = ['-shared', '-fPIC', `-Wl,--hash-style=${style}`];
      const path = await samples.c(name, threads, flags, compiler);
      const expected = await readelf(path);
      expect(expected.symbols).not.toEqual([]);
      expect(await glibcSymbols(path)).toEqual(expected.symbols);
    });
  });
}

describeWithTool(describe, ['gcc', 'readelf', 'strip'], 'ELF files of the host', () => {
  it('returns the symbols of a program without exports, whose hash table is empty', async () => {
    const source = '#include <unistd.h>\nvoid start(void) { _exit(getpid() & 1); }\n';
    const flags = ['-nostartfiles', '-Wl,-e,start', '-Wl,--hash-style=gnu'];
    const path = await samples.c('hashless', source, flags);
    const expected = await readelf(path);
    expect(expected.symbols.map((symbol) => symbol.split('@')[0])).toEqual(['_exit', 'getpid']);
    expect(await glibcSymbols(path)).toEqual(expected.symbols);
  });

  it('returns the same for a file without sections', async () => {
    const whole = await samples.c('whole', threads, ['-lm']);
    const stripped = samples.path('stripped');
    await copyFile(whole, stripped);
    await output('strip', [stripped]);
    const bare = samples.path('bare');
    // e_shoff, e_shnum and e_shstrndx of a 64-bit header
    const gone = withBytesReplaced(samples.bytes(stripped), {
      0x28: Array<number>(8).fill(0),
      0x3c: [0, 0, 0, 0],
    });
    await writeFile(bare, gone);
    expect(await output('readelf', ['-h', bare])).toMatch(/Number of section headers: +0/);
    const expected = await readObjectFile(whole);
    expect(await readObjectFile(stripped)).toEqual(expected);
    expect(await readObjectFile(bare)).toEqual(expected);
    expect(await glibcSymbols(bare)).toEqual(await glibcSymbols(whole));
  });

  it.each([
    { name: 'static', flags: ['-static'] },
    { name: 'static-pie', flags: ['-static-pie'] },
  ])('finds no requirements of a $name program', async ({ name, flags }) => {
    const path = await samples.c(name, program, flags);
    expect(await readObjectFile(path)).toMatchObject({
      kind: 'executable',
      os: 'linux',
      interpreter: undefined,
      libc: 'none',
      requiredGlibc: undefined,
      glibcSymbols: [],
      neededLibraries: [],
    });
  });

  it.each([
    { tag: 'new', runPaths: ['$ORIGIN/../lib', '/opt/mill'] },
    { tag: 'old', runPaths: ['$ORIGIN/../lib', '/opt/mill'] },
  ])('parses the name and the $tag run paths of a library', async ({ tag, runPaths }) => {
    const dtags = tag === 'new' ? '--enable-new-dtags' : '--disable-new-dtags';
    const path = await samples.c(`libmill-${tag}.so`, 'int grind(void) { return 1; }\n', [
      '-shared',
      '-Wl,--no-as-needed',
      `-Wl,-soname,libmill.so.1,${dtags},-rpath,$ORIGIN/../lib:/opt/mill`,
    ]);
    expect(await readObjectFile(path)).toMatchObject({
      kind: 'library',
      soname: 'libmill.so.1',
      libc: 'glibc',
      os: 'linux',
      runPaths,
    });
  });

  it.each([
    { flags: ['-c'], kind: 'object', libc: undefined },
    { flags: ['-no-pie'], kind: 'executable', libc: 'glibc' },
    { flags: ['-pie', '-fPIE'], kind: 'executable', libc: 'glibc' },
  ])('determines for $flags the kind "$kind"', async ({ flags, kind, libc }) => {
    expect(await readObjectFile(await samples.c(`kind${flags.join('')}`, program, flags))).toMatchObject({
      kind,
      libc,
    });
  });

  it('requires glibc 2.36 for packed relocations, and names the marker', async () => {
    const path = await samples.c('relr', program, ['-Wl,-z,pack-relative-relocs']);
    expect((await readelf(path)).versions).toContain('GLIBC_ABI_DT_RELR');
    const object = await readObjectFile(path);
    expect(object.requiredGlibc).toBe('2.36');
    expect(object.glibcSymbols.at(-1)).toEqual({ version: '2.36', symbols: ['GLIBC_ABI_DT_RELR'] });
  });

  it('ignores a weak version', async () => {
    const source = `extern int getentropy(void *, unsigned long) __attribute__((weak));
int main(void) { char b[4]; return getentropy ? getentropy(b, 4) : 0; }\n`;
    const path = await samples.c('weak', source);
    const text = await output('readelf', ['--wide', '-V', path]);
    const table = Number(/'\.gnu\.version_r'[^]*?Offset: (0x\w+)/.exec(text)?.[1]);
    const entries = [...text.matchAll(/(0x\w+): +Name: (GLIBC_[\d.]+) +Flags/g)];
    // vna_flags is the third field of an entry, after a 32-bit hash; VER_FLG_WEAK is 2.
    const weakened = withBytesReplaced(
      samples.bytes(path),
      Object.fromEntries(entries.map(([, entry]) => [table + Number(entry) + 4, [2, 0]])),
    );
    expect(entries.length).toBeGreaterThan(1);
    expect(parseObjectFile(memorySource(samples.bytes(path), path)).requiredGlibc).toBeDefined();
    expect(parseObjectFile(memorySource(weakened, path)).requiredGlibc).toBeUndefined();
  });

  it('rejects a separate debug file', async () => {
    const path = samples.path('companion');
    await output('objcopy', ['--only-keep-debug', await samples.c('whole', program, ['-g']), path]);
    await expect(readObjectFile(path)).rejects.toThrow(
      expect.objectContaining({ why: expect.stringContaining('debug information') as string }),
    );
  });
});
