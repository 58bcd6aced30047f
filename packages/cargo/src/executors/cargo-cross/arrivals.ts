import { type ArtifactMessage, finalFiles } from './messages.js';
import type { BuildRequest } from './request.js';

/** Collects the files of a request as cargo reports them. */
export class Arrivals {
  private readonly files = new Map<string, readonly string[]>();

  constructor(private readonly request: BuildRequest) {}

  /** All files of the request once the last has come; undefined before. */
  add(message: ArtifactMessage): string[] | undefined {
    const { request } = this;
    const wanted = request.targets.find(
      (target) => target.name === message.target.name && target.kind.join() === message.target.kind.join(),
    );
    if (message.package_id !== request.package.id || !wanted) return undefined;
    const files = finalFiles(message);
    const inTriple = (file: string) => file.split(/[/\\]/).includes(request.triple);
    if (files.length === 0 || (request.linker.target !== undefined && !files.every(inTriple)))
      return undefined;
    this.files.set(`${wanted.kind.join()} ${wanted.name}`, files);
    return this.files.size === request.targets.length ? [...this.files.values()].flat() : undefined;
  }
}
