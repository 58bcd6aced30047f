import { relative, resolve } from 'node:path';
import { type PlatformInfo, print } from '@millwright/toolkit';
import { goError } from '../../errors.js';
import { exclusionOf } from '../../source-scan/exclusion.js';
import { SourceFiles } from '../../source-scan/source-files.js';
import { cgoRemedy } from '../../go-cli/cgo.js';
import type { GoBuildOptions } from './schema.js';

/** A program name and its main package, relative to the module's folder. */
export type Program = readonly [name: string, pkg: string];

/**
 * Returns the programs that go can build for a platform. Prints one line for each program that it cannot
 * build.
 * @param folder the absolute path of the module
 * @throws MillwrightError GO_CGO_OFF or GO_PACKAGE_LEFT_OUT if a requested program cannot be built, or if
 * none remains
 */
export function programsFor(
  options: Pick<GoBuildOptions, 'packages' | 'leftOut' | 'tags' | 'cgo'>,
  folder: string,
  platform: PlatformInfo,
  workspaceRoot: string,
): readonly Program[] {
  const sources = new SourceFiles(workspaceRoot, {});
  const problemOf = ([name, path]: Program) => {
    const pkg = sources.package(relative(workspaceRoot, resolve(folder, path)) || '.');
    const absence = pkg && exclusionOf(pkg, { ...platform, cgo: options.cgo, tags: options.tags });
    if (!absence) return undefined;
    const why = absence.files.join('; ');
    return absence.needsCgo
      ? goError('GO_CGO_OFF', {
          what: `the program ${name} cannot be built for ${platform.platform} without cgo`,
          why,
          remedy: cgoRemedy(platform),
        })
      : goError('GO_PACKAGE_LEFT_OUT', {
          what: `the program ${name} has no Go files for ${platform.platform}`,
          why,
        });
  };
  const programs = Object.entries(options.packages);
  for (const program of programs) {
    const problem = problemOf(program);
    if (problem) throw problem;
  }
  const problems = Object.entries(options.leftOut).flatMap((program) => problemOf(program) ?? []);
  if (programs.length === 0 && problems[0]) throw problems[0];
  for (const { what, why } of problems) print(`note: ${what}: ${why}`);
  return programs;
}
