import { cargoError } from '../../../errors.js';
import { type ArtifactMessage, finalFiles } from '../../../cargo-cli/messages.js';
import type { BuildRequest } from '../plan/request.js';

/** Collects the files of a request as cargo reports them. */
export class ArtifactCollector {
  private readonly files = new Map<string, readonly string[]>();

  constructor(private readonly request: BuildRequest) {}

  /** All final files of the request once the last has come; undefined before. */
  add(message: ArtifactMessage): string[] | undefined {
    const { request } = this;
    const wanted = request.targets.find(
      (target) => target.name === message.target.name && target.kind.join() === message.target.kind.join(),
    );
    if (message.package_id !== request.package.id || !wanted) return undefined;
    const files = finalFiles(message);
    // Where all is linked statically, cargo makes no dynamic library, and reports what is left of the crate's.
    const made = files.length === 0 ? message.filenames : files;
    const inTriple = (file: string) => file.split(/[/\\]/).includes(request.triple);
    if (made.length === 0 || (request.linker.target !== undefined && !made.every(inTriple))) return undefined;
    this.files.set(`${wanted.kind.join()} ${wanted.name}`, files);
    return this.files.size === request.targets.length ? [...this.files.values()].flat() : undefined;
  }
}

/**
 * What is to be said where a crate's dynamic library is not among the files that were built.
 * @throws MillwrightError CARGO_FAILED where no file is
 */
export function leftOut(request: BuildRequest, files: readonly string[]): string | undefined {
  const dynamic = request.targets.some(({ crate_types: types }) => types.includes('cdylib'));
  if (files.length > 0 && (!dynamic || files.some((file) => /\.(so|dylib|dll|wasm)$/.test(file))))
    return undefined;
  const why = `rustc makes no dynamic library for ${request.triple}, where all is linked statically`;
  if (files.length > 0) return `without ${request.package.name}'s dynamic library: ${why}`;
  throw cargoError('CARGO_FAILED', {
    what: `${request.package.name} produced no file for ${request.platform?.platform ?? request.triple}`,
    why,
    remedy: 'Build it with libc gnu, or with RUSTFLAGS=-Ctarget-feature=-crt-static.',
  });
}
