import { type MillwrightError } from '@millwright/toolkit';
import { cargoError } from '../../../errors.js';
import type { CargoBuildResult } from '../../../cargo-cli/cargo-build.js';
import { type Diagnostics, packageName } from '../../../cargo-cli/diagnostics.js';
import { wasKilled } from '../../../cargo-cli/jobs.js';
import { type BuildRequest, platformOf } from '../plan/request.js';
import { linkFailure } from '../../../cargo-cli/link-failure.js';

/** Facts about a cargo run that did not build all requests. */
export interface FailedCargo extends Pick<CargoBuildResult, 'log' | 'signal'> {
  /** The cause of the failure, derived from cargo's output. */
  readonly cause: MillwrightError;
  readonly diagnostics: Diagnostics;
}

/**
 * Returns the error for a request that was not built, and the diagnostics to show before it.
 * @param dependsOn returns whether the crate in one folder depends on the crate in another
 */
export function failureOf(
  request: BuildRequest,
  { log, signal, cause, diagnostics }: FailedCargo,
  dependsOn: (folder: string, on: string) => boolean,
): { readonly error: MillwrightError; readonly shown: string } {
  const failed = diagnostics.failed().filter((id) => isOwnOrDependency(id, request, dependsOn));
  const shown = failed.map((id) => diagnostics.takeRendered(id)).join('');
  const what = `failed to build ${request.package.name} for ${platformOf(request)}`;
  if (failed.length > 0) {
    const names = failed.map((id) => packageName(id, request.metadata.packages)).join(', ');
    const linking = failed.map((id) => diagnostics.linkError(id));
    if (linking.every((text) => text !== undefined)) {
      const error = linkFailure(`${names} compiled, but the linker failed`, what, linking.join(''), log);
      return { error, shown };
    }
    const where = shown === '' ? '; another task of this run shows the errors' : '';
    const why = `${names} ${failed.length === 1 ? 'does' : 'do'} not compile${where}`;
    const remedy = 'fix the errors that rustc reports';
    return { error: cargoError('COMPILE_FAILED', { what, why, remedy, output: log }), shown };
  }
  if (!wasKilled(log, signal)) return { error: cause, shown };
  const why = 'a compiler or linker was killed, and again in a retry with half as many jobs';
  return { error: cargoError('COMPILER_KILLED', { what, why, output: log }), shown };
}

/** Returns whether a package is the request's own or one of its dependencies. */
function isOwnOrDependency(
  id: string,
  { metadata, folder }: BuildRequest,
  dependsOn: (folder: string, on: string) => boolean,
): boolean {
  const pkg = metadata.packages.find((candidate) => candidate.id === id);
  if (!pkg) return true;
  const own = pkg.manifest_path.slice(0, -'/Cargo.toml'.length);
  return own === folder || dependsOn(folder, own);
}
