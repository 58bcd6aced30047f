import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ObjectFileError } from '@millwright/object-file';
import { checkWithinWorkspace, formatCount, readText, statOf } from '@millwright/toolkit';
import { sha256Of } from '../disk/digest.js';
import { Staging } from '../disk/staging.js';
import { artifactError } from '../errors.js';
import { laterFileEndings, sideFilesOf } from '../layout/layout.js';
import { parseRecord, parseSha256 } from '../layout/side-files.js';
import { parseUnits, type UnitsRecord } from '../units/record.js';
import { readAuditableList } from './auditable.js';
import { sbomDocument } from './document.js';
import type { SpecVersion } from './spec-versions.js';
import { readGoBuildInfo } from './go-build-info.js';
import { localLicenses } from './local-license.js';
import { platformDifference } from './platform.js';
import { compareWithAuditable, compareWithGo, countUncompiled, type ListDifference } from './prove.js';

export interface SbomRequest {
  /** The path of the Nx workspace. */
  readonly workspaceRoot: string;
  /** The artifact, relative to the workspace. */
  readonly artifact: string;
  readonly specVersion: SpecVersion;
  /** The organization that publishes the artifact. */
  readonly supplier?: string | undefined;
}

export interface WrittenSbom {
  /** Relative to the workspace. */
  readonly path: string;
  readonly components: number;
  /** The list in the binary that agrees; undefined if the binary has none. */
  readonly provenBy: string | undefined;
}

/**
 * Writes the CycloneDX document of an artifact from the record of its build, after comparing the record with the list in
 * the binary.
 * @throws MillwrightError PATH_OUTSIDE_WORKSPACE, SBOM_UNITS_MISSING, SBOM_ARTIFACT_CHANGED, SBOM_DIFFERS,
 * OBJECT_FILE_INVALID, ARTIFACTS_NOT_WRITABLE
 */
export async function writeSbom({
  workspaceRoot,
  artifact,
  specVersion,
  supplier,
}: SbomRequest): Promise<WrittenSbom> {
  const file = join(workspaceRoot, artifact);
  checkWithinWorkspace(workspaceRoot, file);
  const beside = sideFilesOf(file);
  const units = parseUnits(readText(beside.units) ?? '');
  if (units === undefined)
    throw artifactError('SBOM_UNITS_MISSING', {
      what: `cannot read the record of the packages compiled into ${artifact}`,
      why: `${artifact}.units.json ${statOf(beside.units) === undefined ? 'does not exist' : 'is corrupt'}`,
    });
  const name = basename(artifact);
  const recorded = parseSha256(readText(beside.sha256) ?? '', name);
  const sha256 = statOf(file)?.isFile() === true ? await sha256Of(file) : undefined;
  if (sha256 === undefined || sha256 !== recorded)
    throw artifactError('SBOM_ARTIFACT_CHANGED', {
      what: `${artifact} is missing, or has changed since it was built`,
      why:
        sha256 === undefined
          ? 'the file does not exist'
          : recorded === undefined
            ? `there is no ${artifact}.sha256`
            : `the SHA-256 of the file is ${sha256}, but its .sha256 file contains ${recorded}`,
    });
  const { differences, provenBy } = await proveUnits(file, units);
  if (differences.length > 0)
    throw artifactError('SBOM_DIFFERS', {
      what: `the list of components in ${artifact} differs from the record of its build`,
      why: differences.map(({ component, why }) => `${component}: ${why}`).join('; '),
    });
  const { version } = parseRecord(readText(beside.version) ?? '');
  const subject = { name, version: typeof version === 'string' ? version : undefined, sha256, supplier };
  const document = sbomDocument(subject, units, specVersion, localLicenses(workspaceRoot));
  const path = `${artifact}${laterFileEndings.sbom}`;
  await using staging = new Staging();
  await staging.add(join(workspaceRoot, path), (temporary) => writeFile(temporary, document, { flag: 'wx' }));
  await staging.commit();
  return {
    path,
    components: new Set(units.units.map((one) => `${one.name} ${one.version ?? ''}`)).size - 1,
    provenBy,
  };
}

/** Compares a record with the list that the toolchain or cargo-auditable embedded in the binary. */
async function proveUnits(
  file: string,
  units: UnitsRecord,
): Promise<{ readonly differences: readonly ListDifference[]; readonly provenBy: string | undefined }> {
  try {
    if (units.ecosystem === 'golang') {
      const info = await readGoBuildInfo(file);
      if (info === undefined)
        return {
          differences: [{ component: units.target, why: 'the file has no build information of Go' }],
          provenBy: undefined,
        };
      return { differences: compareWithGo(units, info), provenBy: 'the build information of Go' };
    }
    const platform = await platformDifference(file, units.target);
    if (platform !== undefined) return { differences: [platform], provenBy: undefined };
    const list = await readAuditableList(file);
    if (list === undefined) return { differences: [], provenBy: undefined };
    const more = countUncompiled(units, list);
    const note =
      more === 0 ? '' : `, which has ${formatCount(more, 'more package')} that the build did not compile`;
    return {
      differences: compareWithAuditable(units, list),
      provenBy: `the list of cargo-auditable${note}`,
    };
  } catch (error) {
    // Static libraries and WebAssembly modules have no list that can be read.
    if (error instanceof ObjectFileError && units.ecosystem === 'cargo')
      return { differences: [], provenBy: undefined };
    throw artifactError('OBJECT_FILE_INVALID', {
      what: `cannot read the list of components in ${file}`,
      why: error instanceof Error ? error.message : String(error),
      cause: error,
    });
  }
}
