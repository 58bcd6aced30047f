import { posix } from 'node:path';
import type { ProjectConfiguration } from '@nx/devkit';
import { platformInfo } from '@millwright/toolkit';
import type { PluginOptions } from '../options.js';
import type { BuildContext } from './build-constraint.js';
import { type Closure, closureOf } from './closure.js';
import { filesetsOf, isOutside, outsideFiles } from './inputs.js';
import type { GoModule, GoPackage } from './model.js';
import {
  type NativeFacts,
  nativeFiles,
  type NativePackage,
  type SystemLibraries,
  systemLibraries,
} from './native-files.js';
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
  readonly native: Omit<NativeFacts, 'realPath'>;
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
  readonly libraries: SystemLibraries;
}

/** The projects of a repository's modules, by folder. */
export function projectsOf(facts: ProjectFacts, options: PluginOptions): Projects {
  const byFolder = new Map<string, ProjectConfiguration>();
  const edges = Map.groupBy(moduleEdges(facts.repository), ({ source }) => source);
  const outside = new Set<string>();
  const native: NativePackage[] = [];
  for (const module of facts.repository.modules.values()) {
    const local = localModules(module, facts.repository);
    const usesCgo = options.cgo || facts.configured(module.root, 'cgo');
    const contexts = new Map(
      options.platforms.map((platform) => [platform, contextFor(platform, usesCgo, options.tags)] as const),
    );
    const mains = mainPackages(module, [...contexts.values()]);
    const closures = closuresOf(module, mains, local, contexts, facts);
    for (const path of local.outside) outside.add(path);
    const dependencies = reachedFrom(module.root, edges);
    const checked = usesCgo ? packagesOf([module.root, ...dependencies], facts.repository) : [];
    const checkedNative = nativeOf(checked, facts);
    for (const found of closures.values()) {
      for (const path of outsideFiles({ ...found, realPath: facts.realPath })) outside.add(path);
    }
    for (const path of checkedNative.filter(isOutside)) outside.add(path);
    native.push(...checked);
    const all = [...closures.values()].map(({ closure }) => closure);
    const closureRoots = [...new Set(all.flatMap(({ modules }) => [...modules.keys()]))].sort();
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
            return filesetsOf({ ...found, realPath, generated, vendored });
          },
          imports:
            generating.length > 0 ? undefined : [...new Set(all.flatMap(({ external }) => external))].sort(),
          closureRoots,
          sliceFiles: sliceFiles(module, facts.repository),
          dependencies,
          nativeFor: (platform) => closures.get(platform)?.native ?? [],
          checkedNative,
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
  return { byFolder, outside: [...outside].sort(), libraries: systemLibraries(native) };
}

function reachedFrom(root: string, edges: ReadonlyMap<string, readonly ModuleEdge[]>): string[] {
  const reached = new Set([root]);
  for (const folder of reached) for (const { target } of edges.get(folder) ?? []) reached.add(target);
  return [...reached].filter((folder) => folder !== root).sort();
}

interface PlatformClosure {
  readonly closure: Closure;
  readonly context: BuildContext;
  readonly native: readonly string[];
}

function closuresOf(
  module: GoModule,
  mains: readonly MainPackage[],
  local: LocalModules,
  contexts: ReadonlyMap<string, BuildContext>,
  facts: ProjectFacts,
): Map<string, PlatformClosure> {
  const folders = mains.map(({ folder }) => folder);
  return new Map(
    [...contexts].map(([platform, context]) => {
      const closure = closureOf(module, folders, local, facts.repository, context);
      const packages = [...closure.packages].map(([folder, { sources }]) => ({ folder, sources }));
      return [platform, { closure, context, native: nativeOf(packages, facts) }];
    }),
  );
}

function nativeOf(packages: readonly NativePackage[], { native, realPath }: ProjectFacts): string[] {
  return [...new Set(packages.flatMap((pkg) => nativeFiles(pkg, { ...native, realPath })))].sort();
}

function packagesOf(roots: readonly string[], { modules }: GoRepository): GoPackage[] {
  return roots.flatMap((root) => [...(modules.get(root)?.packages.values() ?? [])]);
}

function contextFor(platform: string, cgo: boolean, tags: readonly string[]): BuildContext {
  const { goos, goarch } = platformInfo(platform);
  return { goos, goarch, cgo, tags };
}

/** Whether a folder lies in another. */
export function isBelow(folder: string, above: string): boolean {
  return folder !== above && (above === '.' || folder.startsWith(`${above}/`));
}
