import { join } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import { checkWithinWorkspace, formatSize, parseTaskOptions, print, runExecutor } from '@millwright/toolkit';
import { binariesOf } from '../../building/binaries.js';
import { buildImage } from '../../building/build.js';
import { imageTime } from '../../building/image-time.js';
import { pinnedBase } from '../../base/pinned.js';
import { schema } from './schema.js';

/** Writes the image of a project. */
export default function ociImage(options: unknown, context: ExecutorContext): Promise<{ success: boolean }> {
  return runExecutor(async () => {
    const { outputPath, ca, plainHttp, ...settings } = parseTaskOptions(
      schema,
      options,
      '@millwright/oci:oci-image',
      context,
    );
    const { root: workspaceRoot, projectName = '', configurationName = 'release' } = context;
    const layout = join(workspaceRoot, outputPath);
    checkWithinWorkspace(workspaceRoot, layout);
    const project = { ...context.projectsConfigurations.projects[projectName], name: projectName };
    const platforms = new Map(
      settings.platforms.map((platform) => [
        platform,
        binariesOf(settings, platform, project, configurationName),
      ]),
    );
    const base = pinnedBase(
      settings.base,
      workspaceRoot,
      { ca, plainHttp },
      `${projectName}:oci-base-update`,
    );
    const built = await buildImage({
      workspaceRoot,
      layout,
      settings,
      platforms,
      baseFor: (platform) => Promise.resolve(base?.imageFor(platform)),
      time: imageTime(process.env.SOURCE_DATE_EPOCH),
    });
    for (const { platform, digest, size, baseSize } of built.platforms) {
      const base = baseSize === 0 ? '' : ` + base ${formatSize(baseSize)}`;
      print(`${platform.padEnd(14)} ${digest}  ${formatSize(size)}${base}`);
    }
    print(`${outputPath}  ${built.digest}`);
    return true;
  });
}
