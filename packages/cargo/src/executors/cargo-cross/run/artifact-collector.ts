import { cargoError } from '../../../errors.js';
import { type ArtifactMessage, finalFiles } from '../../../cargo-cli/messages.js';
import type { BuildRequest } from '../plan/request.js';

/** Collects the final files of a request from cargo's messages. */
export class ArtifactCollector {
  private readonly files = new Map<string, readonly string[]>();

  constructor(private readonly request: BuildRequest) {}

  /** Returns all final files once every target of the request is reported; undefined before that. */
  add(message: ArtifactMessage): string[] | undefined {
    const { request } = this;
    const wanted = request.targets.find(
      (target) => target.name === message.target.name && target.kind.join() === message.target.kind.join(),
    );
    if (message.package_id !== request.package.id || !wanted) return undefined;
    const files = finalFiles(message);
    // For targets with static linking only, cargo drops the dynamic library and reports the crate's other files.
    const made = files.length === 0 ? message.filenames : files;
    const inTriple = (file: string) => file.split(/[/\\]/).includes(request.triple);
    if (made.length === 0 || (request.linker.target !== undefined && !made.every(inTriple))) return undefined;
    this.files.set(`${wanted.kind.join()} ${wanted.name}`, files);
    return this.files.size === request.targets.length ? [...this.files.values()].flat() : undefined;
  }
}

/**
 * Returns a note if the crate's dynamic library was not built.
 * @throws MillwrightError CARGO_FAILED if no file was built
 */
export function missingLibraryNote(request: BuildRequest, files: readonly string[]): string | undefined {
  const dynamic = request.targets.some(({ crate_types: types }) => types.includes('cdylib'));
  if (files.length > 0 && (!dynamic || files.some((file) => /\.(so|dylib|dll|wasm)$/.test(file))))
    return undefined;
  const why = `${request.triple} links statically by default, so rustc cannot build a dynamic library (cdylib)`;
  if (files.length > 0) return `the dynamic library of ${request.package.name} was not built: ${why}`;
  throw cargoError('CARGO_FAILED', {
    what: `the crate ${request.package.name} produced no artifact for ${request.platform?.platform ?? request.triple}`,
    why,
    remedy: 'build with `libc: "gnu"`, or set RUSTFLAGS=-Ctarget-feature=-crt-static',
  });
}
