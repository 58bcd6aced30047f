import type { DependencyType } from '@nx/devkit';

/**
 * The type of an edge between projects that depends on several files. Nx keeps static edges until the file that declares
 * them changes. The value is written out, because loading devkit for its enumeration takes longer than loading a plugin.
 */
export const implicitEdge = 'implicit' as unknown as DependencyType.implicit;
