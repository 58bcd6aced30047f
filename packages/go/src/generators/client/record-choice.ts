import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { readText } from '@millwright/toolkit';
import type { ProjectConfiguration } from '@nx/devkit';
import { fixFile } from '../../openapi/bundling/fix-overlay.js';
import type { Chosen } from '../../openapi/generated.js';

/**
 * Writes into project.json what the first generation chose: options of the generator that the document needs,
 * and the overlay that --fix wrote. Later runs then need no second attempt.
 * @param file the absolute path of project.json
 * @param hasFixes true if the project has an overlay of --fix
 */
export async function recordChoice(
  file: string,
  chosen: Chosen | undefined,
  hasFixes: boolean,
): Promise<void> {
  const text = existsSync(file) ? readText(file) : undefined;
  if (text === undefined) return;
  const project = JSON.parse(text) as ProjectConfiguration;
  const updated = withChoice(project, chosen, hasFixes);
  if (updated !== project) await writeFile(file, `${JSON.stringify(updated, null, 2)}\n`);
}

/** Returns a project whose target `generate` has the choice. */
export function withChoice(
  project: ProjectConfiguration,
  chosen: Chosen | undefined,
  hasFixes: boolean,
): ProjectConfiguration {
  const generate = project.targets?.generate;
  if (generate === undefined || (chosen?.config === undefined && !hasFixes)) return project;
  const options = generate.options as { readonly overlays?: readonly string[]; readonly generator?: string };
  const overlay = `{projectRoot}/${fixFile}`;
  const isAutomatic = options.generator === 'auto';
  return {
    ...project,
    targets: {
      ...project.targets,
      generate: {
        ...generate,
        ...(hasFixes && { inputs: [...new Set([...(generate.inputs ?? []), overlay])] }),
        options: {
          ...options,
          // The configuration is that of one generator, which auto would have to choose again.
          ...(chosen?.config !== undefined && !isAutomatic && { config: chosen.config }),
          ...(hasFixes && { overlays: [...new Set([...(options.overlays ?? []), overlay])] }),
        },
      },
    },
  };
}
