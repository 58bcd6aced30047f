import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ErrorSection } from '@millwright/toolkit';

/**
 * Returns the error codes of all packages: the `errorSections` of each compiled `errors.ts`, in the order
 * of the root tsconfig.json.
 * @param root the folder that contains `packages/`
 */
export async function errorSectionsOf(root: string): Promise<readonly ErrorSection[]> {
  const { references } = JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8')) as {
    readonly references: readonly { readonly path: string }[];
  };
  const compiled = references.map(({ path }) => join(root, path, 'dist/errors.js')).filter(existsSync);
  const modules = await Promise.all(
    compiled.map(
      (path) =>
        import(pathToFileURL(path).href) as Promise<{ readonly errorSections: readonly ErrorSection[] }>,
    ),
  );
  return modules.flatMap(({ errorSections }) => errorSections);
}
