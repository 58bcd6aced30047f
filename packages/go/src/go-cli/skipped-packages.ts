import { hostPlatform } from '@millwright/toolkit';
import { exclusionOf } from '../source-scan/exclusion.js';
import { SourceFiles } from '../source-scan/source-files.js';
import type { CommandOptions } from './options.js';

/** Returns one line per package in the module that go silently skips because cgo is off. */
export function packagesWithoutCgo(
  folder: string,
  { cgo, tags }: Pick<CommandOptions, 'cgo' | 'tags'>,
): string[] {
  if (cgo) return [];
  const sources = new SourceFiles(folder, {});
  const context = { ...hostPlatform(), cgo, tags };
  return sources.foldersBelow('.').flatMap((path) => {
    const pkg = sources.package(path);
    const absence = pkg && exclusionOf(pkg, context);
    if (absence?.needsCgo !== true) return [];
    return `note: skipping ${path === '.' ? '.' : `./${path}`}, because cgo is off: ${absence.files.join('; ')}`;
  });
}
