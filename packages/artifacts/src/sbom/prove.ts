import type { UnitsRecord } from '../units/record.js';
import type { AuditableList } from './auditable.js';
import type { GoBuildInfo, GoModule } from './go-build-info.js';

/** A component that is not the same in the record of the build and in the binary. */
export interface ListDifference {
  readonly component: string;
  readonly why: string;
}

const onlyInBinary = 'the binary lists it, the build did not record it';
const onlyInRecord = 'the build recorded it, the binary does not list it';

/** Compares the modules of a Go program's record with those in the program, in both directions. */
export function compareWithGo({ units, root, target }: UnitsRecord, info: GoBuildInfo): ListDifference[] {
  const differences: ListDifference[] = [];
  const add = (component: string, why: string) => differences.push({ component, why });
  const platform = ['GOOS', 'GOARCH'].map((name) => info.settings.get(name));
  if (platform.every((part) => part !== undefined) && !`${target}/`.startsWith(`${platform.join('/')}/`))
    add(target, `the binary was built for ${platform.join('/')}`);
  const main = units[root];
  if (info.main !== undefined && main?.name !== info.main.path)
    add(main?.name ?? '', `the main module of the binary is ${info.main.path}`);
  const standard = units.find(({ name }) => name === 'std');
  if (standard !== undefined && standard.version !== goRelease(info.goVersion))
    add(
      'std',
      `the record has ${standard.version ?? 'no version'}, the binary was built with ${info.goVersion}`,
    );
  const recorded = new Map(
    units.flatMap((unit, index) => {
      if (index === root || unit.name === 'std') return [];
      const { replacedBy } = unit;
      const version = unit.version ?? develVersion;
      const used = replacedBy === undefined ? version : (replacedBy.version ?? develVersion);
      const sum = replacedBy === undefined ? unit.checksum : replacedBy.checksum;
      return [[unit.name, { used: `${version} ${used}`, sum }] as const];
    }),
  );
  for (const module of info.modules) {
    const known = recorded.get(module.path);
    recorded.delete(module.path);
    const built: GoModule = module.replacedBy ?? module;
    const used = `${module.version || develVersion} ${built.version || develVersion}`;
    if (known === undefined) add(`${module.path}@${module.version}`, onlyInBinary);
    else if (known.used !== used)
      add(module.path, `the record has version ${known.used}, the binary ${used}`);
    else if (known.sum !== undefined && built.sum !== '' && known.sum !== built.sum)
      add(module.path, `the record has the checksum ${known.sum}, the binary ${built.sum}`);
  }
  for (const name of recorded.keys()) add(name, onlyInRecord);
  return differences;
}

/** The release in a version that Go reports, without the experiments and the date of a development version. */
function goRelease(version: string): string | undefined {
  return /(?:^| )go(\S+)/.exec(version)?.[1];
}

const develVersion = '(devel)';

/**
 * Compares the packages of a Rust program's record with those that cargo-auditable embedded. Everything recorded has to
 * be in the binary, and the program of the list has to be the recorded one. Other packages that only the list has are no
 * difference: cargo-auditable takes its list from `cargo metadata`, which has more packages than are compiled.
 */
export function compareWithAuditable(
  { units, root }: UnitsRecord,
  { packages }: AuditableList,
): ListDifference[] {
  const listed = new Map(packages.map(({ name, version, kind }) => [`${name} ${version}`, kind]));
  const differences = units.flatMap(({ name, version = '', kind }) => {
    const found = listed.get(`${name} ${version}`);
    if (found === undefined) return [{ component: `${name} ${version}`, why: onlyInRecord }];
    if (kind !== 'normal' || found === 'runtime') return [];
    return [
      { component: `${name} ${version}`, why: 'it is linked, but the binary lists it as a build dependency' },
    ];
  });
  const main = packages.find((one) => one.root);
  const recorded = units[root];
  if (
    main !== undefined &&
    `${main.name} ${main.version}` !== `${recorded?.name ?? ''} ${recorded?.version ?? ''}`
  )
    differences.push({
      component: `${main.name} ${main.version}`,
      why: 'the binary was built from this package',
    });
  return [...new Map(differences.map((one) => [one.component, one])).values()];
}

/** Returns how many packages cargo-auditable lists that were not compiled for the program. */
export function countUncompiled({ units }: UnitsRecord, { packages }: AuditableList): number {
  const recorded = new Set(units.map(({ name, version = '' }) => `${name} ${version}`));
  return packages.filter(({ name, version }) => !recorded.has(`${name} ${version}`)).length;
}
