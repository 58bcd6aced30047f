import type { ExecutorContext } from '@nx/devkit';
import { formatCount, parseTaskOptions, print, runExecutor } from '@millwright/toolkit';
import { writeSbom } from '../../sbom/sbom.js';
import { schema } from './schema.js';

/** Writes the SBOM of each artifact of a project. */
export function writeSboms(options: unknown, context: ExecutorContext): Promise<{ success: boolean }> {
  return runExecutor(async () => {
    const { artifacts, specVersion, supplier } = parseTaskOptions(
      schema,
      options,
      '@millwright/artifacts:sbom',
      context,
    );
    for (const artifact of artifacts) {
      const { path, components, provenBy } = await writeSbom({
        workspaceRoot: context.root,
        artifact,
        specVersion,
        supplier,
      });
      const proof =
        provenBy === undefined
          ? 'the binary contains no dependency list to compare with'
          : `agrees with ${provenBy}`;
      print(`${path}  ${formatCount(components, 'component')}, ${proof}`);
    }
    return true;
  });
}
