import { PackageURL } from 'packageurl-js';
import { z } from 'zod';
import { goPackagesProperty, goStandardLibrary } from '../units/record.js';

// Tools write null for what they leave out.
const text = z.string().nullish();
const property = z.object({ name: z.string(), value: text });
const component = z.object({
  name: z.string(),
  version: text,
  purl: text,
  scope: text,
  properties: z.array(property).nullish(),
  /** The components that it consists of (CycloneDX, "components"). */
  get components() {
    return z.array(component).nullish();
  },
});
const document = z.object({
  bomFormat: z.literal('CycloneDX'),
  metadata: z.object({ component: component.nullish() }).nullish(),
  components: z.array(component).nullish(),
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
  let data: z.output<typeof document> | undefined;
  try {
    ({ data } = document.safeParse(JSON.parse(text.replace(/^\uFEFF/, ''))));
  } catch {
    // No JSON, or nested too deeply.
  }
  if (data === undefined) return undefined;
  const packages: ScannedPackage[] = [];
  const notCompared: { component: string; why: string }[] = [];
  for (const one of [...subjectOf(data), ...allComponents(data.components)]) {
    const found = packageOf(one);
    if (typeof found === 'string')
      notCompared.push({ component: `${one.name}${one.version ? `@${one.version}` : ''}`, why: found });
    else packages.push(found);
  }
  const properties = data.metadata?.component?.properties ?? [];
  const target = properties.find(({ name }) => name === 'millwright:target')?.value ?? undefined;
  return { target, packages: merged(packages), notCompared };
}

type Component = z.output<typeof component>;

/** Returns what a document describes, if it is a package: the program itself can be published. */
function subjectOf({ metadata }: z.output<typeof document>): readonly Component[] {
  const subject = metadata?.component;
  return subject?.purl ? [subject] : [];
}

/** Returns components with those that they consist of. */
function allComponents(components: readonly Component[] | null | undefined): readonly Component[] {
  return (components ?? []).flatMap((one) => [one, ...allComponents(one.components)]);
}

/** Merges packages that an SBOM lists once for each place at which they were found. */
function merged(packages: readonly ScannedPackage[]): readonly ScannedPackage[] {
  const groups = Map.groupBy(packages, ({ ecosystem, name, version }) => `${ecosystem} ${name} ${version}`);
  return [...groups.values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    const lists = same.map((one) => one.packages);
    return [
      {
        ...first,
        isLinked: same.some(({ isLinked }) => isLinked),
        packages: lists.includes(undefined) ? undefined : [...new Set(lists.flatMap((list) => list ?? []))],
      },
    ];
  });
}

/** The package of a component, or why it cannot be looked up. */
function packageOf({ purl, version: stated, scope, properties }: Component): ScannedPackage | string {
  if (!purl) return 'it has no package URL: it is not from a public registry';
  let url: PackageURL;
  try {
    url = PackageURL.fromString(purl);
  } catch {
    return `its package URL is malformed: ${purl}`;
  }
  const { type, qualifiers } = url;
  const version = url.version ?? stated;
  if (type !== 'cargo' && type !== 'golang') return `packages of the type ${type} are not looked up`;
  // Such as `(devel)` and `UNKNOWN`, for programs that were built from a folder.
  if (!version || !/\d/.test(version)) return 'its version is not known';
  if (qualifiers?.download_url?.startsWith('file:') === true)
    return 'it is from a folder: a public package of the same name is another one';
  const foreign = ['vcs_url', 'repository_url'].find((key) => qualifiers?.[key] !== undefined);
  if (foreign !== undefined) return 'it is from Git or another registry, which databases do not cover';
  const listed = properties?.find((one) => one.name === goPackagesProperty)?.value;
  return {
    purl,
    ecosystem: type === 'cargo' ? 'crates.io' : 'Go',
    name: nameOf(url),
    version,
    isLinked: scope !== 'excluded',
    packages: listed?.split(',').map((one) => one.trim()),
  };
}

/** Returns the name under which OSV lists a crate or a Go module. */
function nameOf({ type, namespace, name, qualifiers, subpath }: PackageURL): string {
  // cyclonedx-gomod lists the standard library under the name of its module.
  if (type === 'golang' && !namespace && name === 'std') return goStandardLibrary;
  // Some tools divide the path of a module. For a package, the subpath is its place in the module.
  const rest = type === 'golang' && qualifiers?.type !== 'package' ? subpath : undefined;
  return [namespace, name, rest].filter((part) => part).join('/');
}
