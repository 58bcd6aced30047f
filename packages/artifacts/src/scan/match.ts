import { platformOfTriple } from '@millwright/toolkit/core';
import type { ScannedPackage, ScannedSbom } from './components.js';
import type { Affected, OsvRecord } from './osv.js';
import { severities } from './fail-on.js';
import { type Rating, ratingOf } from './severity.js';
import { isAffectedVersion, isUncertain } from './versions.js';

/** A vulnerability in a package of an SBOM. Records that are aliases of each other are one finding. */
export interface Finding extends Rating {
  /** The first is the one that databases of the ecosystem publish, if there is one. */
  readonly ids: readonly string[];
  readonly aliases: readonly string[];
  readonly purl: string;
  readonly informational: string | undefined;
  /** The functions that the records name as affected. Whether the program calls them is not known. */
  readonly functions: readonly string[];
  /** Whether the version is a commit that cannot be compared with the release that has the fix. */
  readonly isUncertain: boolean;
}

/** A record about a package of an SBOM that does not affect the program. */
export interface Filtered {
  readonly ids: readonly string[];
  readonly purl: string;
  readonly why: string;
}

export interface Matches {
  readonly findings: readonly Finding[];
  readonly filtered: readonly Filtered[];
}

interface Match {
  readonly record: OsvRecord;
  readonly affected: Affected;
  readonly why: string | undefined;
}

/** Finds the records that affect packages of an SBOM, and those that would but for platform, linked packages or status. */
export function matchRecords({ target, packages }: ScannedSbom, records: readonly OsvRecord[]): Matches {
  const byName = new Map<string, { record: OsvRecord; affected: Affected }[]>();
  for (const record of records)
    for (const affected of record.affected ?? []) {
      const key = keyOf(affected.package.ecosystem, affected.package.name);
      byName.set(key, [...(byName.get(key) ?? []), { record, affected }]);
    }
  const platform = platformNamesOf(target);
  const findings: Finding[] = [];
  const filtered: Filtered[] = [];
  for (const one of packages) {
    const matches = (byName.get(keyOf(one.ecosystem, one.name)) ?? [])
      .filter(({ affected }) => isAffectedVersion(one.version, affected))
      .map((match): Match => ({ ...match, why: reasonAgainst(one, match.record, match.affected, platform) }));
    for (const group of groupsOf(matches)) {
      const ids = idsOf(group);
      // One database knows more than another: a record that excludes the program holds for its aliases, too, unless it was
      // only withdrawn there. A package can be affected in several ways, of which one is enough.
      const decided = ids.map((id) => group.filter(({ record }) => record.id === id));
      const isWithdrawn = (ways: readonly Match[]) => ways.every(({ record }) => record.withdrawn);
      const excluded = decided
        .filter((ways) => !isWithdrawn(ways) || decided.every(isWithdrawn))
        .find((ways) => ways.every(({ why }) => why !== undefined));
      if (excluded !== undefined) {
        const [first] = excluded;
        const by = ids.length > 1 ? `${first?.record.id ?? ''}: ` : '';
        filtered.push({ ids, purl: one.purl, why: `${by}${first?.why ?? ''}` });
      } else {
        const live = group.filter(({ record }) => !record.withdrawn);
        findings.push(findingOf(one, idsOf(live), live));
      }
    }
  }
  const order = (one: Finding) => (one.severity === 'unknown' ? 2.5 : severities.indexOf(one.severity));
  findings.sort((one, other) => order(other) - order(one) || compareText(one, other));
  filtered.sort(compareText);
  return { findings, filtered };
}

function findingOf(
  { purl, version }: ScannedPackage,
  ids: readonly string[],
  group: readonly Match[],
): Finding {
  const ratings = group.map(({ record, affected }) => ratingOf(record, affected));
  const rank = ({ severity }: Rating) => (severity === 'unknown' ? -1 : severities.indexOf(severity));
  const worst = ratings.reduce((one, other) => (rank(other) > rank(one) ? other : one));
  const aliases = group.flatMap(({ record }) => record.aliases ?? []);
  return {
    ids,
    aliases: [...new Set(aliases)].filter((one) => !ids.includes(one)).sort(),
    purl,
    ...worst,
    informational: group.flatMap(({ affected }) => affected.database_specific?.informational ?? [])[0],
    functions: [
      ...new Set(group.flatMap(({ affected }) => affected.ecosystem_specific?.affects?.functions ?? [])),
    ].sort(),
    isUncertain: group.every(({ affected }) => isUncertain(version, affected)),
  };
}

/** Returns why a record does not affect a package as it is used, as a clause; undefined if it does. */
function reasonAgainst(
  { isLinked, packages }: ScannedPackage,
  record: OsvRecord,
  { ecosystem_specific: specific }: Affected,
  platform: PlatformNames | undefined,
): string | undefined {
  if (record.withdrawn) return `it was withdrawn on ${record.withdrawn.slice(0, 10)}`;
  const { os = [], arch = [] } = specific?.affects ?? {};
  if (platform !== undefined && os.length > 0 && !os.includes(platform.rustOs))
    return `it affects other operating systems: ${os.join(', ')}`;
  if (platform !== undefined && arch.length > 0 && !arch.includes(platform.rustArch))
    return `it affects other architectures: ${arch.join(', ')}`;
  const imports = specific?.imports ?? [];
  if (imports.length > 0) {
    const here = imports.filter(
      ({ goos = [], goarch = [] }) =>
        platform === undefined ||
        ((goos.length === 0 || goos.includes(platform.goOs)) &&
          (goarch.length === 0 || goarch.includes(platform.goArch))),
    );
    if (here.length === 0) return 'it affects other operating systems or architectures';
    const paths = here.flatMap(({ path }) => path ?? []);
    if (
      packages !== undefined &&
      paths.length === here.length &&
      !paths.some((path) => packages.includes(path))
    )
      return `the program does not link ${paths.join(', ')}`;
  }
  return isLinked ? undefined : 'it is not linked into the program; it runs during the build only';
}

/** Groups matches whose records are the same vulnerability: one names another, or both name a third. */
function groupsOf(matches: readonly Match[]): readonly (readonly Match[])[] {
  const groups: { names: Set<string>; matches: Match[] }[] = [];
  for (const match of matches) {
    const names = new Set([match.record.id, ...(match.record.aliases ?? [])]);
    const same = groups.filter((group) => [...names].some((name) => group.names.has(name)));
    const merged = {
      names: new Set([...names, ...same.flatMap((group) => [...group.names])]),
      matches: [...same.flatMap((group) => group.matches), match],
    };
    groups.splice(0, groups.length, ...groups.filter((group) => !same.includes(group)), merged);
  }
  return groups.map((group) => group.matches);
}

function idsOf(group: readonly Match[]): readonly string[] {
  const rank = (id: string) => (/^(RUSTSEC|GO)-/.test(id) ? 0 : 1);
  return [...new Set(group.map(({ record }) => record.id))].sort(
    (one, other) => rank(one) - rank(other) || (one < other ? -1 : 1),
  );
}

function compareText(one: Filtered | Finding, other: Filtered | Finding): number {
  const text = ({ purl, ids }: Filtered | Finding) => `${purl} ${ids.join(' ')}`;
  return text(one) < text(other) ? -1 : 1;
}

/** Package URLs of Go modules may be in lower case. */
function keyOf(ecosystem: string, name: string): string {
  return `${ecosystem} ${ecosystem === 'Go' ? name.toLowerCase() : name}`;
}

interface PlatformNames {
  readonly goOs: string;
  readonly goArch: string;
  readonly rustOs: string;
  readonly rustArch: string;
}

const rustArchs: Readonly<Record<string, string>> = { amd64: 'x86_64', arm64: 'aarch64', '386': 'x86' };

/** The names of a platform in both ecosystems; undefined if the target is not in the table of platforms. */
function platformNamesOf(target: string | undefined): PlatformNames | undefined {
  const platform = target?.includes('/') === true ? target : platformOfTriple(target ?? '')?.platform;
  const [goOs, goArch] = platform?.split('/') ?? [];
  if (goOs === undefined || goArch === undefined) return undefined;
  return {
    goOs,
    goArch,
    rustOs: goOs === 'darwin' ? 'macos' : goOs,
    rustArch: rustArchs[goArch] ?? goArch,
  };
}
