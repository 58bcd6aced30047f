import { posix } from 'node:path';
import type { ProjectConfiguration } from '@nx/devkit';
import { platformInfo } from '@millwright/toolkit';
import type { PluginOptions } from '../options.js';
import type { BuildContext } from './build-constraint.js';
import { type Closure, closureOf } from './closure.js';
import { filesetsOf, outsideFiles } from './inputs.js';
import type { GoModule } from './model.js';
import { type MainPackage, mainPackages } from './packages.js';
import {
  type GoRepository,
  localModules,
  type LocalModules,
  type ModuleEdge,
  moduleEdges,
} from './repository.js';
import { sliceFiles } from './slice.js';
import { moduleTargets } from './targets.js';

export interface ProjectFacts {
  readonly repository: GoRepository;
  readonly names: ReadonlyMap<string, string>;
  readonly realPath: (path: string) => string;
  readonly exists: (path: string) => boolean;
  /** Whether a file of Nx in a module's folder mentions something. */
  readonly configured: (root: string, what: 'generate' | 'cgo') => boolean;
  /** The folders of all projects that are known. */
  readonly folders: readonly string[];
  /** The folders of git submodules. */
  readonly submodules: readonly string[];
}

export interface Projects {
  readonly byFolder: ReadonlyMap<string, ProjectConfiguration>;
  /** What is read out of the repository, relative to it or absolute. */
  readonly outside: readonly string[];
}

/** The projects of a repository's modules, by folder. */
export function projectsOf(facts: ProjectFacts, options: PluginOptions): Projects {
  const byFolder = new Map<string, ProjectConfiguration>();
  const edges = Map.groupBy(moduleEdges(facts.repository), ({ source }) => source);
  const outside = new Set<string>();
  for (const module of facts.repository.modules.values()) {
    const local = localModules(module, facts.repository);
    const usesCgo = options.cgo || facts.configured(module.root, 'cgo');
    const contexts = new Map(
      options.platforms.map((platform) => [platform, contextFor(platform, usesCgo, options.tags)] as const),
    );
    const mains = mainPackages(module, [...contexts.values()]);
    const closures = closuresOf(module, mains, local, contexts, facts.repository);
    for (const path of local.outside) outside.add(path);
    for (const { closure } of closures.values()) {
      for (const path of outsideFiles({ closure, realPath: facts.realPath })) outside.add(path);
    }
    const all = [...closures.values()].map(({ closure }) => closure);
    const closureRoots = [...new Set(all.flatMap(({ modules }) => [...modules.keys()]))].sort();
    const dependencies = reachedFrom(module.root, edges);
    const name = facts.names.get(module.root) ?? module.root;
    const generating = closureRoots.filter((root) => facts.configured(root, 'generate'));
    const generated = (folder: string) => generating.some((root) => folder === root || isBelow(folder, root));
    byFolder.set(module.root, {
      root: module.root,
      name,
      projectType: mains.length > 0 ? 'application' : 'library',
      sourceRoot: module.root,
      targets: moduleTargets(
        {
          module,
          name,
          mains,
          filesetsFor: (platform) => {
            const found = closures.get(platform);
            if (!found) return [];
            const { realPath, exists } = facts;
            const vendored = [
              module.root,
              ...(module.workspace === undefined ? [] : [module.workspace]),
            ].filter((folder) => exists(posix.join(folder, 'vendor/modules.txt')));
            return filesetsOf({ ...found, realPath, exists, generated, vendored });
          },
          imports:
            generating.length > 0 ? undefined : [...new Set(all.flatMap(({ external }) => external))].sort(),
          closureRoots,
          sliceFiles: sliceFiles(module, facts.repository),
          dependencies,
          nested: facts.folders.filter(
            (folder) =>
              folder !== module.root &&
              !dependencies.includes(folder) &&
              [module.root, ...dependencies].some((root) => isBelow(folder, root)),
          ),
          gitlinks: facts.submodules.filter((folder) =>
            [module.root, ...closureRoots].some((root) => root === folder || isBelow(root, folder)),
          ),
          usesCgo,
        },
        options,
      ),
    });
  }
  return { byFolder, outside: [...outside].sort() };
}

function reachedFrom(root: string, edges: ReadonlyMap<string, readonly ModuleEdge[]>): string[] {
  const reached = new Set([root]);
  for (const folder of reached) for (const { target } of edges.get(folder) ?? []) reached.add(target);
  return [...reached].filter((folder) => folder !== root).sort();
}

function closuresOf(
  module: GoModule,
  mains: readonly MainPackage[],
  local: LocalModules,
  contexts: ReadonlyMap<string, BuildContext>,
  repository: GoRepository,
): Map<string, { closure: Closure; context: BuildContext }> {
  const folders = mains.map(({ folder }) => folder);
  return new Map(
    [...contexts].map(([platform, context]) => {
      return [platform, { closure: closureOf(module, folders, local, repository, context), context }];
    }),
  );
}

function contextFor(platform: string, cgo: boolean, tags: readonly string[]): BuildContext {
  const { goos, goarch } = platformInfo(platform);
  return { goos, goarch, cgo, tags };
}

/** Whether a folder lies in another. */
export function isBelow(folder: string, above: string): boolean {
  return folder !== above && (above === '.' || folder.startsWith(`${above}/`));
}
