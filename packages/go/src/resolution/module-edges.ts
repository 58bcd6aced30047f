/** An edge between the folders of two modules. */

import type { GoModule } from '../source-scan/model.js';
import { localModules, resolveImport, type LocalModules } from './local-modules.js';
import type { GoRepository } from './repository.js';

interface ModuleEdge {
  readonly source: string;
  readonly target: string;
}

/**
 * Returns the edges between the repository's modules: imports, including those of tests, and requirements.
 */
export function moduleEdges(repository: GoRepository): ModuleEdge[] {
  return [...repository.modules.values()].flatMap((module) => {
    const targets = nextModules(module, module, localModules(module, repository), repository);
    return [...targets].map((target) => ({ source: module.root, target }));
  });
}

/**
 * Returns the folders of the modules that the checks of a module read: those that it requires or imports,
 * including by tests, and transitively. Replacements of dependencies are ignored.
 */
export function checkedModules(module: GoModule, local: LocalModules, repository: GoRepository): string[] {
  const reached = new Set([module.root]);
  // The loop also visits elements that are added during the iteration.
  for (const folder of reached) {
    const next = repository.modules.get(folder);
    if (next) for (const target of nextModules(next, module, local, repository)) reached.add(target);
  }
  reached.delete(module.root);
  return [...reached].sort();
}

/**
 * Returns the folders of the modules that a module requires or imports in a build of `main`. Tests count
 * only in `main`.
 * @param local the local modules of `main`
 */
function nextModules(
  module: GoModule,
  main: GoModule,
  local: LocalModules,
  repository: GoRepository,
): Set<string> {
  const targets = new Set<string>();
  const add = (target: string) => {
    if (target !== module.root && repository.modules.has(target)) targets.add(target);
  };
  const folders = new Map(local.byPath);
  for (const { path } of module.mod.require) {
    const folder = folders.get(path);
    if (folder !== undefined) add(folder);
  }
  for (const pkg of module.packages.values()) {
    for (const [name, { imports }] of pkg.sources) {
      if (module !== main && name.endsWith('_test.go')) continue;
      for (const path of imports) {
        const found = resolveImport(path, local, repository);
        if (found) add(found.module.root);
      }
    }
  }
  return targets;
}
