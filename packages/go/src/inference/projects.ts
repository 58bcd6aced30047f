import { posix } from 'node:path';
import type { ProjectConfiguration } from '@nx/devkit';
import { projectFolders } from '@millwright/artifacts';
import { platformInfo } from '@millwright/toolkit';
import type { PluginOptions } from '../options.js';
import type { BuildContext } from '../source-scan/build-constraint.js';
import { lintConfigurations } from './check-targets.js';
import { checkedReads } from './checked-reads.js';
import { checkedPackages, type Closure, closureOf } from '../resolution/closure.js';
import { filesetsOf, isOutside, outsideFiles } from './inputs.js';
import type { GoModule } from '../source-scan/model.js';
import {
  type NativeFacts,
  nativeFiles,
  type NativePackage,
  type SystemLibraries,
  systemLibraries,
} from '../source-scan/native-files.js';
import { type MainPackage, mainPackages, availabilityOf } from '../source-scan/packages.js';
import type { GoRepository } from '../resolution/repository.js';
import { checkedModules } from '../resolution/module-edges.js';
import { localModules, type LocalModules } from '../resolution/local-modules.js';
import { sliceFiles } from '../resolution/slice.js';
import { moduleTargets } from './targets.js';

export interface ProjectFacts {
  readonly repository: GoRepository;
  readonly names: ReadonlyMap<string, string>;
  readonly realPath: (path: string) => string;
  readonly exists: (path: string) => boolean;
  readonly kindOf: (path: string) => 'file' | 'folder' | undefined;
  /** Returns the names of the subfolders of a folder. */
  readonly foldersIn: (folder: string) => readonly string[];
  readonly native: Omit<NativeFacts, 'realPath'>;
  /** Returns true if the project.json in a module's folder mentions the name. */
  readonly configured: (root: string, what: 'generate' | 'cgo') => boolean;
  /** The folders of all known projects. */
  readonly folders: readonly string[];
  /** The folders of git submodules. */
  readonly submodules: readonly string[];
}

export interface Projects {
  readonly byFolder: ReadonlyMap<string, ProjectConfiguration>;
  /** Files and folders outside the repository that builds read, relative to it or absolute. */
  readonly outside: readonly string[];
  readonly libraries: SystemLibraries;
  /** True if C code is compiled for the CPU of the build machine. */
  readonly asksForCpu: boolean;
}

/** Returns the projects of a repository's modules, by folder. */
export function projectsOf(facts: ProjectFacts, options: PluginOptions): Projects {
  const programs = programsOf(facts, options);
  const folders = foldersOf(programs, facts);
  const byFolder = new Map<string, ProjectConfiguration>();
  const outside = new Set<string>();
  const native: NativePackage[] = [];
  for (const module of facts.repository.modules.values()) {
    if (!module.isProject) continue;
    const local = localModules(module, facts.repository);
    const usesCgo = options.cgo || facts.configured(module.root, 'cgo');
    const contexts = contextsFor(options, usesCgo);
    const mains = programs.get(module.root) ?? [];
    const presence = (platform: string, folder: string) => {
      const [context, pkg] = [contexts.get(platform), module.packages.get(folder)];
      return context && pkg ? availabilityOf(pkg, context) : 'left out';
    };
    const closures = closuresOf(module, mains, local, contexts, facts);
    for (const path of local.outside) outside.add(path);
    const dependencies = checkedModules(module, local, facts.repository);
    const checked = checkedPackages(module, local, facts.repository);
    const checkedWithC = usesCgo ? checked : [];
    const checkedNative = nativeOf(checkedWithC, facts);
    for (const found of closures.values()) {
      for (const path of outsideFiles({ ...found, realPath: facts.realPath })) outside.add(path);
    }
    for (const path of checkedNative.filter(isOutside)) outside.add(path);
    native.push(...checkedWithC);
    const all = [...closures.values()].map(({ closure }) => closure);
    const closureRoots = [...new Set(all.flatMap(({ modules }) => [...modules.keys()]))].sort();
    const name = facts.names.get(module.root) ?? module.root;
    const vendored = [module.root, ...(module.workspace === undefined ? [] : [module.workspace])].filter(
      (folder) => facts.exists(posix.join(folder, 'vendor/modules.txt')),
    );
    const checkedRoots = [module.root, ...dependencies];
    const checkedFolders = [...new Set([...checkedRoots, ...checkedRoots.map(facts.realPath)])].filter(
      (folder) => !isOutside(folder),
    );
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
          projectFolder: folders.get(name),
          isBuiltFor: (platform, { folder }) => presence(platform, folder) !== 'left out',
          filesetsFor: (platform) => {
            const found = closures.get(platform);
            if (!found) return [];
            return filesetsOf({ ...found, realPath: facts.realPath, generated, vendored });
          },
          imports:
            generating.length > 0 ? undefined : [...new Set(all.flatMap(({ external }) => external))].sort(),
          closureRoots,
          sliceFiles: sliceFiles(module, facts.repository),
          nativeFor: (platform) => closures.get(platform)?.native ?? [],
          checkedNative,
          checked,
          reads: checkedReads(checked, facts.kindOf),
          vendored,
          checkedFolders,
          foreign: facts.folders.filter(
            (folder) =>
              !checkedRoots.includes(folder) && checkedFolders.some((root) => isBelow(folder, root)),
          ),
          gitlinksOf: (roots) =>
            facts.submodules.filter((folder) =>
              roots.some((root) => root === folder || isBelow(root, folder)),
            ),
          foldersIn: facts.foldersIn,
          configuresLint: ancestors(module.root).some((folder) =>
            lintConfigurations.some((file) => facts.exists(posix.join(folder, file))),
          ),
          usesCgo,
        },
        options,
      ),
    });
  }
  const preambles = native.flatMap(({ sources }) => [...sources.values()].flatMap(({ cgo }) => cgo ?? []));
  return {
    byFolder,
    outside: [...outside].sort(),
    libraries: systemLibraries(native),
    asksForCpu: preambles.some(({ hostCpu }) => hostCpu),
  };
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

/** Returns the build context of each platform. */
function contextsFor({ platforms, tags }: PluginOptions, cgo: boolean): Map<string, BuildContext> {
  return new Map(
    platforms.map((platform) => {
      const { goos, goarch } = platformInfo(platform);
      return [platform, { goos, goarch, cgo, tags }];
    }),
  );
}

/** Returns the main packages of each module, by module folder. */
function programsOf(
  { repository, configured }: ProjectFacts,
  options: PluginOptions,
): Map<string, MainPackage[]> {
  const modules = [...repository.modules.values()].filter(({ isProject }) => isProject);
  return new Map(
    modules.map((module) => {
      const contexts = contextsFor(options, options.cgo || configured(module.root, 'cgo'));
      return [module.root, mainPackages(module, [...contexts.values()])];
    }),
  );
}

/**
 * Returns separate output folders for projects whose programs have the same names as those of another
 * project.
 */
function foldersOf(
  programs: ReadonlyMap<string, readonly MainPackage[]>,
  { names }: ProjectFacts,
): Map<string, string> {
  const files = [...programs].map(
    ([root, mains]) => [names.get(root) ?? root, mains.flatMap(({ name }) => [name, `${name}.exe`])] as const,
  );
  return projectFolders(new Map(files.filter(([, own]) => own.length > 0)));
}

/** Returns a folder and its ancestors, up to the workspace root. */
function ancestors(folder: string): string[] {
  return folder === '.' ? ['.'] : [folder, ...ancestors(posix.dirname(folder))];
}

/** Returns true if a folder is inside another. */
export function isBelow(folder: string, above: string): boolean {
  return folder !== above && (above === '.' || folder.startsWith(`${above}/`));
}
