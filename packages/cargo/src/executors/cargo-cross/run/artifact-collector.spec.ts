import { describe, expect, it } from 'vitest';
import { requestWith } from '../plan/request.spec.helper.js';
import { ArtifactCollector, missingLibraryNote } from './artifact-collector.js';

describe('collecting the files of a task', () => {
  const library = { name: 'x', kind: ['cdylib', 'rlib'], crate_types: ['cdylib', 'rlib'] };
  const binary = { name: 'x', kind: ['bin'], crate_types: ['bin'] };
  const triple = 'x86_64-unknown-linux-musl';
  const requestFor = (...targets: (typeof binary)[]) =>
    requestWith({ name: 'x', package: { id: 'x' }, targets, triple, linker: { target: triple } });
  const message = (target: typeof binary, file: string, executable: string | null = null) =>
    ({
      reason: 'compiler-artifact',
      package_id: 'x',
      target,
      filenames: [file],
      executable,
      fresh: false,
    }) as const;

  it('completes without a dynamic library if the target links everything statically', () => {
    const request = requestFor(library, binary);
    const artifactCollector = new ArtifactCollector(request);
    expect(artifactCollector.add(message(library, '/t/release/libx.rlib'))).toBeUndefined();
    expect(artifactCollector.add(message(library, `/t/${triple}/libx.rlib`))).toBeUndefined();
    const files = artifactCollector.add(message(binary, `/t/${triple}/x`, `/t/${triple}/x`));
    expect(files).toEqual([`/t/${triple}/x`]);
    expect(missingLibraryNote(request, files ?? [])).toContain(
      'x86_64-unknown-linux-musl links statically by default',
    );
  });

  it('fails if no file was built', () => {
    expect(() => missingLibraryNote(requestFor(library), [])).toThrow(
      expect.objectContaining({ code: 'CARGO_FAILED' }) as Error,
    );
  });

  it('adds no note if all files were built', () => {
    expect(missingLibraryNote(requestFor(library), ['/t/libx.so'])).toBeUndefined();
    expect(missingLibraryNote(requestFor(binary), ['/t/x'])).toBeUndefined();
  });
});
