import { PackageURL } from 'packageurl-js';
import { z } from 'zod';
import { goPackagesProperty } from '../units/record.js';

const property = z.object({ name: z.string(), value: z.string().optional() });
const component = z.object({
  name: z.string(),
  version: z.string().optional(),
  purl: z.string().optional(),
  scope: z.string().optional(),
  properties: z.array(property).default([]),
});
const document = z.object({
  bomFormat: z.literal('CycloneDX'),
  metadata: z.object({ component: component.optional() }).optional(),
  components: z.array(component).default([]),
});

/** A published package that a scan looks up. */
export interface ScannedPackage {
  readonly purl: string;
  /** As OSV names it. */
  readonly ecosystem: 'crates.io' | 'Go';
  readonly name: string;
  readonly version: string;
  /** Whether it is part of the program; false for what runs during the build only. */
  readonly isLinked: boolean;
  /** The linked packages of a Go module; undefined if the SBOM does not list them. */
  readonly packages: readonly string[] | undefined;
}

export interface ScannedSbom {
  /** The platform or target triple; undefined if the SBOM does not say. */
  readonly target: string | undefined;
  readonly packages: readonly ScannedPackage[];
  /** The components that no database can know, with the reason. */
  readonly notCompared: readonly { readonly component: string; readonly why: string }[];
}

/** Reads the packages of a CycloneDX document. Undefined if the text is none. */
export function parseSbom(text: string): ScannedSbom | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { data } = document.safeParse(json);
  if (data === undefined) return undefined;
  const packages: ScannedPackage[] = [];
  const notCompared: { component: string; why: string }[] = [];
  for (const one of data.components) {
    const found = packageOf(one);
    if (typeof found === 'string')
      notCompared.push({
        component: `${one.name}${one.version === undefined ? '' : `@${one.version}`}`,
        why: found,
      });
    else packages.push(found);
  }
  const target = data.metadata?.component?.properties.find(({ name }) => name === 'millwright:target')?.value;
  return { target, packages, notCompared };
}

/** The package of a component, or why it cannot be looked up. */
function packageOf({ purl, scope, properties }: z.output<typeof component>): ScannedPackage | string {
  if (purl === undefined) return 'it has no package URL: it is not from a public registry';
  let url: PackageURL;
  try {
    url = PackageURL.fromString(purl);
  } catch {
    return `its package URL is malformed: ${purl}`;
  }
  const { type, namespace, name, version, qualifiers } = url;
  if (type !== 'cargo' && type !== 'golang') return `packages of the type ${type} are not looked up`;
  if (version === undefined) return 'its version is not known';
  const foreign = ['vcs_url', 'repository_url'].find((key) => qualifiers?.[key] !== undefined);
  if (foreign !== undefined) return 'it is from Git or another registry, which databases do not cover';
  const listed = properties.find((one) => one.name === goPackagesProperty)?.value;
  return {
    purl,
    ecosystem: type === 'cargo' ? 'crates.io' : 'Go',
    name: [namespace, name].filter((part) => part).join('/'),
    version,
    isLinked: scope !== 'excluded',
    packages: listed?.split(',').map((one) => one.trim()),
  };
}
