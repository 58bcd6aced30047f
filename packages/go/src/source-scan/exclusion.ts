import type { BuildContext } from './build-constraint.js';
import type { GoPackage } from './model.js';
import { partOf } from './packages.js';

/** The reasons why a build includes none of a package's files. */
export interface Exclusion {
  /** True if a build with cgo would include some. */
  readonly needsCgo: boolean;
  /** A short reason for each file. */
  readonly files: readonly string[];
}

/**
 * Explains why a build includes none of a package's Go files. Returns undefined if it includes one, or may.
 */
export function exclusionOf(pkg: GoPackage, context: BuildContext): Exclusion | undefined {
  const sources = [...pkg.sources].filter(([name]) => !name.endsWith('_test.go'));
  const isAbsent = (buildContext: BuildContext) =>
    sources.every(([name, source]) => partOf(name, source, buildContext) === false);
  if (!isAbsent(context)) return undefined;
  const files = sources.map(([name, { constraint, imports }]) => {
    if (constraint !== undefined) return `${name} has //go:build ${constraint}`;
    return imports.includes('C') ? `${name} imports "C"` : `the name of ${name} selects another platform`;
  });
  return { needsCgo: !context.cgo && !isAbsent({ ...context, cgo: true }), files };
}
