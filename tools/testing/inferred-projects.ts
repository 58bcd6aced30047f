import { globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import * as cargo from '@millwright/cargo';
import * as compose from '@millwright/compose';
import * as go from '@millwright/go';
import * as oci from '@millwright/oci';
import * as windmill from '@millwright/windmill/plugin';
import type { CreateDependenciesContext, NxPlugin, ProjectConfiguration } from '@nx/devkit';
import { LoadedNxPlugin } from 'nx/src/project-graph/plugins/loaded-nx-plugin';
import { createProjectConfigurationsWithPlugins } from 'nx/src/project-graph/utils/project-configuration-utils';
import * as packageJson from 'nx/src/plugins/package-json';
import { ProjectJsonProjectsPlugin } from 'nx/src/plugins/project-json/build-nodes/project-json';
import { minimatch } from 'minimatch';
import { vi } from 'vitest';

/** The files of a repository by path. */
export type Files = Readonly<Record<string, string>>;

/** The first impression of a repository. */
export interface Seen {
  /** The folder of each project, by name. */
  readonly projects: Readonly<Record<string, string>>;
  readonly configurations: Readonly<Record<string, ProjectConfiguration>>;
  /** `from -> to`, by names. */
  readonly edges: readonly string[];
  /** The output while the graph is computed. */
  readonly printed: string;
}

const ours = {
  '@millwright/cargo': cargo,
  '@millwright/go': go,
  '@millwright/compose': compose,
  '@millwright/oci': oci,
  '@millwright/windmill/plugin': windmill,
};
type OurPlugin = keyof typeof ours;

/**
 * Creates a repository, and infers its projects with our plugins in this process. Nx's own code merges them with
 * those of package.json and project.json files, and rejects duplicate names.
 * @param more options of plugins, in addition to the platform linux/amd64 of those that build
 */
export async function see(
  files: Files,
  plugins: readonly OurPlugin[] = ['@millwright/cargo', '@millwright/go', '@millwright/compose'],
  more: Readonly<Partial<Record<OurPlugin, object>>> = {},
): Promise<Seen> {
  const folder = mkdtempSync(join(tmpdir(), 'millwright-shape-'));
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const builds = (plugin: OurPlugin) => plugin === '@millwright/cargo' || plugin === '@millwright/go';
    const entries = plugins.map((plugin) => ({
      plugin,
      options: { ...(builds(plugin) ? { platforms: ['linux/amd64'] } : {}), ...more[plugin] },
    }));
    const nxJson = { plugins: entries };
    const specified = entries.map(
      (entry, index) => new LoadedNxPlugin(ours[entry.plugin] as NxPlugin, entry, index),
    );
    const defaults = [packageJson, ProjectJsonProjectsPlugin].map(
      (plugin) => new LoadedNxPlugin(plugin as NxPlugin, plugin.name),
    );
    const paths = globSync('**/*', { cwd: folder, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
    const all = [...paths, ...Object.keys(files).filter((path) => !paths.includes(path))].sort();
    const matching = (list: readonly LoadedNxPlugin[]) =>
      list.map(({ createNodes }) =>
        all.filter((path) => minimatch(path, createNodes?.[0] ?? '', { dot: true })),
      );
    const { projects: byRoot } = await createProjectConfigurationsWithPlugins(
      folder,
      nxJson,
      { specifiedPluginFiles: matching(specified), defaultPluginFiles: matching(defaults) },
      { specifiedPlugins: specified, defaultPlugins: defaults },
    );
    const configurations = Object.fromEntries(
      Object.values(byRoot).map((project) => [project.name ?? '', project]),
    );
    const noFiles = { nonProjectFiles: [], projectFileMap: {} };
    const context: CreateDependenciesContext = {
      ...{ projects: configurations, nxJsonConfiguration: nxJson, workspaceRoot: folder },
      ...{ externalNodes: {}, fileMap: noFiles, filesToProcess: noFiles },
    };
    const edges = await Promise.all(
      specified.map(async ({ createDependencies }) => (await createDependencies?.(context)) ?? []),
    );
    return {
      projects: Object.fromEntries(Object.entries(configurations).map(([name, { root }]) => [name, root])),
      configurations,
      edges: edges.flatMap((list) => list.map(({ source, target }) => `${source} -> ${target}`)).sort(),
      printed: warn.mock.calls
        .flat()
        // Nx says so if a plugin takes long, as on a busy machine.
        .filter((line) => !String(line).startsWith('Creating project graph nodes with'))
        .join('\n'),
    };
  } finally {
    warn.mockRestore();
    rmSync(folder, { recursive: true, force: true });
  }
}
