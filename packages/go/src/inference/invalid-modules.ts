import { posix } from 'node:path';
import type { ProjectConfiguration } from '@nx/devkit';
import { goModuleName, isTemplate, pathInput, platformSlug } from '@millwright/toolkit';
import type { PluginOptions } from '../options.js';

/**
 * Returns the projects of modules with an invalid go.mod, by folder, if the module's name can be read.
 * Their targets fail with the error in the file. Templates are skipped.
 * @param paths the go.mod and go.work files that are invalid
 * @param names the project names by folder
 */
export function invalidModules(
  paths: Iterable<string>,
  read: (path: string) => string | undefined,
  names: ReadonlyMap<string, string>,
  { platforms }: PluginOptions,
): Map<string, ProjectConfiguration> {
  const projects = new Map<string, ProjectConfiguration>();
  for (const path of paths) {
    if (posix.basename(path) !== 'go.mod') continue;
    const text = read(path) ?? '';
    const root = posix.dirname(path);
    const name = names.get(root);
    if (name === undefined || goModuleName(text) === undefined || isTemplate(text)) continue;
    const target = {
      executor: '@millwright/go:invalid-module',
      cache: false,
      inputs: [pathInput(path), { externalDependencies: [] }],
      options: { goMod: path },
      metadata: { description: `Fails because ${path} is invalid` },
    };
    const build = {
      ...target,
      configurations: { release: {}, dev: {}, testing: {} },
      defaultConfiguration: 'release',
    };
    const builds = ['build', ...platforms.map((platform) => `build-${platformSlug(platform)}`)];
    const targets = [
      ...builds.map((one) => [one, build] as const),
      ...['test', 'check', 'lint', 'vet', 'tidy', 'tidy-check'].map((one) => [one, target] as const),
    ];
    projects.set(root, { root, name, projectType: 'library', targets: Object.fromEntries(targets) });
  }
  return projects;
}
