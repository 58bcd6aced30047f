import type { ExecutorContext } from '@nx/devkit';
import { hostPlatform, onPath, parseTaskOptions, print, runExecutor } from '@millwright/toolkit';
import { baseBlobs } from '../../base/source.js';
import { imageTask } from '../../pushing/image-task.js';
import { loadImage } from '../../pushing/load.js';
import { schema } from './schema.js';

/** Loads the image of a project into a container engine. */
export default function ociLoad(options: unknown, context: ExecutorContext): Promise<{ success: boolean }> {
  return runExecutor(async () => {
    const parsed = parseTaskOptions(schema, options, '@millwright/oci:oci-load', context);
    const { engine, platform, ...rest } = parsed;
    const { workspaceRoot, layout, image, tags } = imageTask(rest, context);
    const loaded = await loadImage({
      engine: engine ?? (hasOnly('podman') ? 'podman' : 'docker'),
      layout,
      image,
      tags,
      name: parsed.name,
      platform: platform ?? hostPlatform('linux').platform,
      baseBlob: baseBlobs(parsed.base, workspaceRoot, parsed),
    });
    print(loaded);
    return true;
  });
}

/** Returns true if an engine is installed, and Docker is not. */
function hasOnly(engine: 'podman'): boolean {
  return onPath('docker', process.env).length === 0 && onPath(engine, process.env).length > 0;
}
