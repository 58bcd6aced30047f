import type { BuildContext } from './build-constraint.js';
import type { GoPackage } from './model.js';
import { partOf } from './packages.js';

/** Why a build has none of a package's files. */
export interface Absence {
  /** Whether it would have some with cgo. */
  readonly needsCgo: boolean;
  /** A few words on each file. */
  readonly files: readonly string[];
}

/** Why a build takes none of a package's Go files; undefined where it takes one, or may. */
export function absenceOf(pkg: GoPackage, context: BuildContext): Absence | undefined {
  const sources = [...pkg.sources].filter(([name]) => !name.endsWith('_test.go'));
  const isAbsent = (asked: BuildContext) =>
    sources.every(([name, source]) => partOf(name, source, asked) === false);
  if (!isAbsent(context)) return undefined;
  const files = sources.map(([name, { constraint, imports }]) => {
    if (constraint !== undefined) return `${name} has //go:build ${constraint}`;
    return imports.includes('C') ? `${name} imports "C"` : `${name} is for another platform by its name`;
  });
  return { needsCgo: !context.cgo && !isAbsent({ ...context, cgo: true }), files };
}
