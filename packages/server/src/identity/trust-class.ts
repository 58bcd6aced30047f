/** Who wrote a cache entry. It follows from the credential of a request, never from what the request says. */
export type TrustClass = 'trusted' | `branch:${string}` | `pr:${number}` | `dev:${string}`;

/** The kinds of classes, each with a quota of its own. */
export const trustGroups = ['trusted', 'branch', 'pr', 'dev'] as const;
export type TrustGroup = (typeof trustGroups)[number];

/** The texts that are classes. */
export const trustClassForm = /^(trusted|pr:[1-9]\d{0,9}|(branch|dev):[!-~]{1,250})$/;

/** Returns the class of a text, or undefined if it is none. */
export function parseTrustClass(text: string): TrustClass | undefined {
  return trustClassForm.test(text) ? (text as TrustClass) : undefined;
}

/** Returns the kind of a class. */
export function trustGroup(trustClass: TrustClass): TrustGroup {
  return trustClass.replace(/:.*/, '') as TrustGroup;
}

/**
 * Returns the classes that a holder of a class may read, in the order of preference: its own, then `trusted`. A trusted job
 * reads only what trusted jobs wrote, and nothing is ever promoted.
 */
export function readableClasses(own: TrustClass): readonly TrustClass[] {
  return own === 'trusted' ? ['trusted'] : [own, 'trusted'];
}
