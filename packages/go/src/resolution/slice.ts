import { posix } from 'node:path';
import { isFolder } from '../manifests/go-mod.js';
import type { GoMod, GoModule, ModuleVersion } from '../source-scan/model.js';
import type { GoRepository } from './repository.js';
import { localModules } from './local-modules.js';
import { usedBy } from './replacements.js';

/**
 * Returns the part of go.mod, go.sum and go.work on which a module's programs depend. Directly required
 * modules that no built package imports are left out. Indirectly required ones stay, because their
 * importers are unknown. In a workspace, every required version is included, because the highest one is
 * used.
 * @param imports the imports from outside the repository; undefined if they are unknown
 * @param localRoots the folders of the modules whose packages are built
 */
export function sliceOf(
  module: GoModule,
  imports: readonly string[] | undefined,
  localRoots: readonly string[],
  repository: GoRepository,
  read: (path: string) => string | undefined,
): unknown {
  const { main } = localModules(module, repository);
  const work = module.workspace === undefined ? undefined : repository.workspaces.get(module.workspace);
  const direct = new Set(
    main.flatMap(({ mod }) => mod.require.filter(({ indirect }) => !indirect).map(({ path }) => path)),
  );
  const imported = importsFrom(imports);
  const indirect = new Set(
    main.flatMap(({ mod }) => mod.require.filter((one) => one.indirect).map(({ path }) => path)),
  );
  const isTaken = (path: string) => indirect.has(path) || !direct.has(path) || imported(path);
  const named = (versions: readonly ModuleVersion[]) =>
    versions.filter(({ path }) => isTaken(path)).map(({ path, version }) => `${path} ${version ?? ''}`);
  const replacements = [...main.map(({ mod }) => mod.replace), work?.replace ?? []]
    .flat()
    .filter((one) => isFolder(one.new.path) || isTaken(one.old.path))
    .map((one) => [one.old.path, one.old.version, one.new.path, one.new.version].join(' '));
  return {
    module: module.mod.module,
    settings: settingsOf(work ?? module.mod),
    languages: Object.fromEntries(
      localRoots.map((root) => {
        const mod = repository.modules.get(root)?.mod;
        return [root, { module: mod?.module, go: mod?.go }];
      }),
    ),
    require: sorted(main.flatMap(({ mod }) => named(mod.require))),
    replace: sorted(replacements),
    exclude: sorted(main.flatMap(({ mod }) => named(mod.exclude))),
    sums: sorted(sumFiles(module, main, read).filter((line) => isTaken(line.split(' ')[0] ?? ''))),
  };
}

/** Answers whether any package of a module is imported. A go.sum may have as many lines as there are imports. */
function importsFrom(imports: readonly string[] | undefined): (module: string) => boolean {
  if (imports === undefined) return () => true;
  const all = new Set(imports);
  const ordered = [...all].sort();
  return (module) => {
    if (all.has(module)) return true;
    const within = `${module}/`;
    let [low, high] = [0, ordered.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ordered[middle] ?? '') < within) low = middle + 1;
      else high = middle;
    }
    return ordered[low]?.startsWith(within) === true;
  };
}

function settingsOf({ go, toolchain, godebug }: Pick<GoMod, 'go' | 'toolchain' | 'godebug'>) {
  return { go, toolchain, godebug };
}

/** Returns the checksums of modules. Checksums of go.mod files alone do not affect the build. */
function sumFiles(
  module: GoModule,
  main: readonly GoModule[],
  read: (path: string) => string | undefined,
): string[] {
  const paths = [
    ...main.map(({ root }) => posix.join(root, 'go.sum')),
    ...(module.workspace === undefined ? [] : [posix.join(module.workspace, 'go.work.sum')]),
  ];
  return paths
    .flatMap((path) => (read(path) ?? '').split('\n'))
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^\S+ \S+\/go\.mod /.test(line));
}

/** Returns the files from which slices are computed. */
export function sliceFiles(module: GoModule, repository: GoRepository): string[] {
  const work = module.workspace;
  const roots = work === undefined ? [module.root] : usedBy(work, repository.workspaces.get(work));
  return [
    ...roots.flatMap((root) => [posix.join(root, 'go.mod'), posix.join(root, 'go.sum')]),
    ...(work === undefined ? [] : [posix.join(work, 'go.work'), posix.join(work, 'go.work.sum')]),
  ].sort();
}

function sorted(values: readonly string[]): string[] {
  return [...new Set(values)].sort();
}
