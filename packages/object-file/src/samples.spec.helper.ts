import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ByteSource } from './bytes/byte-source.js';

/** Creates object files for tests, in a folder that the test's `dispose` removes. */
export class Samples {
  private constructor(readonly folder: string) {}

  static async create(): Promise<Samples> {
    return new Samples(await mkdtemp(join(tmpdir(), 'millwright-objects-')));
  }

  async dispose(): Promise<void> {
    await rm(this.folder, { recursive: true });
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** Compiles C. `-o` is added to the flags. */
  async c(name: string, source: string, flags: readonly string[] = [], compiler = 'gcc'): Promise<string> {
    await writeFile(this.path(`${name}.c`), source);
    await output(compiler, [this.path(`${name}.c`), '-o', this.path(name), ...flags]);
    return this.path(name);
  }

  /**
   * Builds a Go program without imports for any platform. Go requires neither a linker nor a libc for it.
   */
  async go(goos: string, goarch: string): Promise<string> {
    const source = this.path('main.go');
    await writeFile(source, 'package main\n\nfunc main() { println("millwright") }\n');
    const name = this.path(`go-${goos}-${goarch}`);
    await output('go', ['build', '-trimpath', '-ldflags=-s -w', '-o', name, source], {
      CGO_ENABLED: '0',
      GOOS: goos,
      GOARCH: goarch,
      GOTOOLCHAIN: 'local',
      GO111MODULE: 'off',
    });
    return name;
  }

  bytes(path: string): Uint8Array {
    return new Uint8Array(readFileSync(path));
  }
}

/** Returns a program's standard output. Throws if it fails. */
export async function output(
  program: string,
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<string> {
  const { stdout } = await promisify(execFile)(program, args, {
    env: { ...process.env, LC_ALL: 'C', ...env },
    maxBuffer: Infinity,
  });
  return stdout;
}

/** Returns a copy with bytes replaced at the given offsets. */
export function withBytesReplaced(
  bytes: Uint8Array,
  patches: Readonly<Record<number, readonly number[]>>,
): Uint8Array {
  const copy = bytes.slice();
  for (const [offset, replacement] of Object.entries(patches)) copy.set(replacement, Number(offset));
  return copy;
}

/** Returns a source that counts the bytes read from it. */
export function countingSource(source: ByteSource): {
  readonly source: ByteSource;
  readonly work: { reads: number; bytes: number };
} {
  const work = { reads: 0, bytes: 0 };
  const read = (offset: number, length: number) => {
    work.reads++;
    work.bytes += length;
    return source.read(offset, length);
  };
  return { source: { ...source, read }, work };
}
