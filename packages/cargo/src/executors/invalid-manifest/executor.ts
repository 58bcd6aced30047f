import { posix } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { diskFiles, type MillwrightError, parseTaskOptions, runExecutor } from '@millwright/toolkit';
import { cargoError } from '../../errors.js';
import { readVendoredSources } from '../../vendored/vendored-crates.js';
import { readRepository } from '../../manifests/repository.js';
import { schema } from './schema.js';

/** Fails with the error in the crate's manifest or millwright.toml. */
export default function invalidManifest(
  options: unknown,
  context: ExecutorContext,
): Promise<{ success: boolean }> {
  return runExecutor(() => {
    const { manifest } = parseTaskOptions(schema, options, '@millwright/cargo:invalid-manifest', context);
    return Promise.reject(problemIn(manifest, context.root));
  });
}

function problemIn(manifest: string, workspaceRoot: string): MillwrightError {
  const files = diskFiles(workspaceRoot);
  const found =
    posix.basename(manifest) === 'Cargo.toml'
      ? readRepository([manifest], files).errors.get(manifest)
      : readVendoredSources([manifest], files.read, {}).errors[0]?.error;
  return (
    found ??
    cargoError('MANIFEST_INVALID', {
      what: `the project graph is out of date for ${manifest}`,
      why: 'the file was invalid when Nx created the graph, but is valid now',
      remedy: 'run the command again; if the error persists, reset the project graph: nx reset',
    })
  );
}
