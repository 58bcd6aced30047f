import { createHash } from 'node:crypto';
// Not through the library's entry point, which also loads the validation of schemas.
import * as Enums from '@cyclonedx/cyclonedx-library/Enums';
import * as Models from '@cyclonedx/cyclonedx-library/Models';
import * as Serialize from '@cyclonedx/cyclonedx-library/Serialize';
import * as Spec from '@cyclonedx/cyclonedx-library/Spec';
import * as SPDX from '@cyclonedx/cyclonedx-library/SPDX';
import { goPackagesProperty, type Unit, type UnitsRecord } from '../units/record.js';
import { componentsOf, type PackageComponent } from './components.js';
import type { SpecVersion } from './spec-versions.js';

export interface SbomSubject {
  /** The file name of the artifact. */
  readonly name: string;
  readonly version: string | undefined;
  /** In lower-case hexadecimal. */
  readonly sha256: string;
  /** The organization that publishes the artifact. */
  readonly supplier?: string | undefined;
}

/** Returns the licence of sources in the workspace, by their folder relative to it. */
export type LocalLicense = (folder: string) => string | undefined;

/**
 * Returns the CycloneDX document of an artifact as JSON. It depends on nothing but the arguments; there is no time, and
 * the serial number is a digest of the content.
 */
export function sbomDocument(
  subject: SbomSubject,
  record: UnitsRecord,
  specVersion: SpecVersion,
  localLicense: LocalLicense,
): string {
  const { root, packages } = componentsOf(record);
  const supplier =
    subject.supplier === undefined
      ? {}
      : { supplier: new Models.OrganizationalEntity({ name: subject.supplier }) };
  const main = new Models.Component(Enums.ComponentType.Application, subject.name, {
    bomRef: `artifact:${record.target}/${subject.name}`,
    ...(subject.version === undefined ? {} : { version: subject.version }),
    ...supplier,
    hashes: new Models.HashDictionary([[Enums.HashAlgorithm['SHA-256'], subject.sha256]]),
    licenses: licensesOf(root.units[0], localLicense),
    properties: propertiesOf(root, [
      ['millwright:package', root.name],
      ['millwright:target', record.target],
      ['millwright:toolchain', record.toolchain],
    ]),
  });
  const byReference = new Map([
    [root.reference, main],
    ...packages.map((one) => [one.reference, componentOf(one, localLicense)] as const),
  ]);
  for (const { reference, dependencies } of [root, ...packages])
    for (const dependency of dependencies) {
      const ref = byReference.get(dependency)?.bomRef;
      if (ref !== undefined) byReference.get(reference)?.dependencies.add(ref);
    }
  const bom = new Models.Bom({
    metadata: new Models.Metadata({
      component: main,
      ...supplier,
      lifecycles: new Models.LifecycleRepository([Enums.LifecyclePhase.Build]),
      tools: new Models.Tools({
        components: new Models.ComponentRepository([
          new Models.Component(Enums.ComponentType.Application, '@millwright/artifacts'),
        ]),
      }),
    }),
    components: new Models.ComponentRepository([...byReference.values()].filter((one) => one !== main)),
  });
  const spec = specVersion === '1.7' ? Spec.Spec1dot7 : Spec.Spec1dot6;
  const serializer = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(spec));
  const serialize = () => `${serializer.serialize(bom, { sortLists: true, space: 2 })}\n`;
  bom.serialNumber = `urn:uuid:${uuidOf(serialize())}`;
  return serialize();
}

function componentOf(component: PackageComponent, localLicense: LocalLicense): Models.Component {
  const [unit] = component.units;
  const { checksum } = unit ?? {};
  // The checksum of a Go module is a digest of its files, which is no hash of an archive.
  const sha256 = checksum !== undefined && /^[0-9a-f]{64}$/.test(checksum) ? checksum : undefined;
  return new Models.Component(Enums.ComponentType.Library, component.name, {
    bomRef: component.reference,
    scope: component.kinds.includes('normal') ? Enums.ComponentScope.Required : Enums.ComponentScope.Excluded,
    ...(component.version === undefined ? {} : { version: component.version }),
    ...(component.purl === undefined ? {} : { purl: component.purl }),
    ...(sha256 === undefined
      ? {}
      : { hashes: new Models.HashDictionary([[Enums.HashAlgorithm['SHA-256'], sha256]]) }),
    licenses: licensesOf(unit, localLicense),
    properties: propertiesOf(component, []),
  });
}

function propertiesOf(
  { kinds, units }: PackageComponent,
  more: readonly (readonly [name: string, value: string])[],
): Models.PropertyRepository {
  const [first] = units;
  const folder = first?.replacedBy?.path ?? first?.path;
  const list = [
    ...more,
    ['millwright:kind', kinds.join(', ')] as const,
    ...units.flatMap(({ kind, features = [] }) =>
      features.length === 0 ? [] : [[`millwright:features:${kind}`, features.join(', ')] as const],
    ),
    ...(folder === undefined ? [] : [['millwright:folder', folder] as const]),
    ...(first?.checksum?.startsWith('h1:') ? [['millwright:go:sum', first.checksum] as const] : []),
    ...(first?.packages === undefined ? [] : [[goPackagesProperty, first.packages.join(',')] as const]),
    ...(first?.replacedBy === undefined
      ? []
      : [['millwright:go:replaces', `${first.name}@${first.version ?? ''}`] as const]),
    ...(units.some(({ buildScript }) => buildScript === true)
      ? [['millwright:buildScript', 'true'] as const]
      : []),
  ];
  return new Models.PropertyRepository(list.map(([name, value]) => new Models.Property(name, value)));
}

function licensesOf(unit: Unit | undefined, localLicense: LocalLicense): Models.LicenseRepository {
  const folder = unit?.replacedBy?.path ?? unit?.path;
  const text = unit?.license ?? (folder === undefined ? undefined : localLicense(folder));
  return new Models.LicenseRepository(text === undefined ? [] : [licenseOf(text)]);
}

/** Reads a licence as Cargo accepts it: an SPDX expression, or several identifiers with slashes, as in old manifests. */
function licenseOf(text: string): Models.License {
  const expression: string = text.replaceAll(/\s*\/\s*/g, ' OR ').trim();
  const acknowledgement = Enums.LicenseAcknowledgement.Declared;
  const id = SPDX.fixupSpdxId(expression);
  if (id !== undefined) return new Models.SpdxLicense(id, { acknowledgement });
  const terms = expression.replaceAll(/[()]/g, ' ').split(/ (?:OR|AND) /);
  const isExpression = terms.every((term) => isLicenseTerm(term.trim())) && areBalanced(expression);
  return isExpression
    ? new Models.LicenseExpression(expression)
    : new Models.NamedLicense(text, { acknowledgement });
}

/** Returns whether a text is a licence of the SPDX list or a reference to one, possibly with an exception. */
function isLicenseTerm(term: string): boolean {
  const [, id = ''] = /^([\w.+:-]+)(?: WITH [\w.+-]+)?$/.exec(term) ?? [];
  return (
    /^(DocumentRef-[\w.-]+:)?LicenseRef-[\w.-]+$/.test(id) || SPDX.isSupportedSpdxId(id.replace(/\+$/, ''))
  );
}

function areBalanced(expression: string): boolean {
  let depth = 0;
  for (const character of expression) {
    depth += Number(character === '(') - Number(character === ')');
    if (depth < 0) return false;
  }
  return depth === 0;
}

/** Formats the SHA-256 of a text as a UUID of version 8 (RFC 9562). */
function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  const variant = ((parseInt(hex.slice(16, 17), 16) % 4) + 8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}
