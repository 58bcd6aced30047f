/** The versions of CycloneDX that can be written. Apart from the library, which plugins should not load. */
export const specVersions = ['1.6', '1.7'] as const;

export type SpecVersion = (typeof specVersions)[number];
