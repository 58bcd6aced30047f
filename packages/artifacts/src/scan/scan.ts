import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { formatCount, readText } from '@millwright/toolkit/core';
import { artifactError } from '../errors.js';
import { Staging } from '../disk/staging.js';
import { sideFilesOf } from '../layout/layout.js';
import { parseSha256 } from '../layout/side-files.js';
import { parseSbomSubject } from '../provenance/attested.js';
import { parseSbom, type ScannedPackage } from './components.js';
import { ageInDays, type OsvDatabase } from './database.js';
import { applyIgnores, type Decided, type IgnoreEntry } from './ignore.js';
import { type Filtered, matchRecords } from './match.js';
import type { FailOn } from './fail-on.js';
import { isAtLeast } from './severity.js';

export interface ScanRequest {
  /** The path of the SBOM. */
  readonly sbom: string;
  /** The path of the artifact that it has to describe, if it stands beside one. */
  readonly artifact?: string;
  readonly database: OsvDatabase;
  readonly ignores: readonly IgnoreEntry[];
  readonly failOn: FailOn;
  /** As `2026-11-28`. */
  readonly today: string;
}

/** The content of a `.security-scan.json` file. */
export interface ScanReport extends Omit<Decided, 'open'> {
  readonly version: 1;
  readonly sbom: { readonly sha256: string; readonly target: string | undefined; readonly packages: number };
  readonly database: {
    readonly sha256: string;
    readonly records: number;
    readonly newest: string | undefined;
    readonly unreadable: readonly string[];
  };
  readonly failOn: FailOn;
  readonly passed: boolean;
  readonly findings: Decided['open'];
  readonly filtered: readonly Filtered[];
  /** The components that no database can know, with the reason. */
  readonly notCompared: readonly { readonly component: string; readonly why: string }[];
}

/**
 * Compares the packages of an SBOM with the records of a database. Nothing is requested from a network.
 * @throws MillwrightError SCAN_SBOM_INVALID, SCAN_DATABASE_INVALID
 */
export function scanSbom({ sbom, artifact, database, ignores, failOn, today }: ScanRequest): ScanReport {
  const text = readText(sbom);
  const parsed = parseSbom(text ?? '');
  if (text === undefined || parsed === undefined)
    throw artifactError('SCAN_SBOM_INVALID', {
      what: `${sbom} cannot be scanned`,
      ...(text === undefined ? { why: 'it does not exist' } : formatProblem(text)),
    });
  if (artifact !== undefined) checkDescribes(sbom, text, artifact);
  checkCovers(database, sbom, parsed.packages);
  const { findings, filtered } = matchRecords(parsed, database.records);
  const { open, ...decided } = applyIgnores(findings, ignores, today);
  return {
    version: 1,
    sbom: {
      sha256: createHash('sha256').update(text).digest('hex'),
      target: parsed.target,
      packages: parsed.packages.length,
    },
    database: {
      sha256: database.sha256,
      records: database.records.length,
      newest: database.newest,
      unreadable: database.unreadable,
    },
    failOn,
    passed: failOn === 'never' || !open.some(({ severity }) => isAtLeast(severity, failOn)),
    findings: open,
    ...decided,
    filtered,
    notCompared: parsed.notCompared,
  };
}

/** Returns why a text is no document that can be scanned. Other tools write SPDX, and CycloneDX in XML. */
function formatProblem(text: string): { readonly why: string; readonly remedy?: string } {
  const format = /^\uFEFF?\s*</.test(text)
    ? 'an XML document'
    : /"spdxVersion"|"@context"|^SPDXVersion:/m.test(text)
      ? 'an SPDX document'
      : undefined;
  if (format === undefined) return { why: 'it is not a CycloneDX document in JSON' };
  return {
    why: `it is ${format}, and only CycloneDX documents in JSON can be scanned`,
    remedy: 'let the tool that wrote it write CycloneDX in JSON',
  };
}

/** Without records of an ecosystem, every scan of its packages would pass. */
function checkCovers(database: OsvDatabase, sbom: string, packages: readonly ScannedPackage[]): void {
  const covered = new Set(
    database.records.flatMap(({ affected }) => (affected ?? []).map((one) => one.package.ecosystem)),
  );
  const missing = packages.filter(({ ecosystem }) => !covered.has(ecosystem));
  if (missing.length === 0) return;
  throw artifactError('SCAN_DATABASE_INVALID', {
    what: `the database has no records of ${[...new Set(missing.map(({ ecosystem }) => ecosystem))].join(' and ')}`,
    why: `${sbom} lists ${formatCount(missing.length, 'package')} from there, such as ${missing[0]?.purl ?? ''}`,
  });
}

/** The SBOM beside an artifact can be one of an earlier build, or of another platform. */
function checkDescribes(sbom: string, text: string, artifact: string): void {
  const recorded = parseSha256(readText(sideFilesOf(artifact).sha256) ?? '', basename(artifact));
  const described = parseSbomSubject(text);
  if (recorded !== undefined && described?.sha256 === recorded) return;
  const { name, target, sha256 } = described ?? {};
  throw artifactError('SCAN_SBOM_INVALID', {
    what: `${sbom} does not describe the artifact beside it`,
    why:
      recorded === undefined
        ? `${basename(artifact)}.sha256 is missing or damaged`
        : sha256 === undefined
          ? 'it records no SHA-256 of an artifact'
          : `it describes ${name ?? 'an artifact'}${target === undefined ? '' : ` for ${target}`} with the SHA-256 ${sha256}, but the artifact has ${recorded}`,
  });
}

/**
 * Writes a report as a `.security-scan.json` file.
 * @throws MillwrightError ARTIFACTS_NOT_WRITABLE, ARTIFACTS_DISK_FULL, ARTIFACTS_DESTINATION_IS_FOLDER
 */
export async function writeReport(path: string, report: ScanReport): Promise<void> {
  await using staging = new Staging();
  const text = `${JSON.stringify(report, null, 2)}\n`;
  await staging.add(path, (temporary) => writeFile(temporary, text, { flag: 'wx' }));
  await staging.commit();
}

/** The number of components that are named for each reason. */
const namedComponents = 3;

function describeNotCompared(components: ScanReport['notCompared']): string[] {
  return [...Map.groupBy(components, ({ why }) => why)].map(([why, same]) => {
    const named = same.slice(0, namedComponents).map(({ component }) => component);
    const more = same.length - named.length;
    return `not compared   ${named.join(', ')}${more === 0 ? '' : ` and ${more} more`}: ${why}`;
  });
}

/** The number of days after which a database is said to be old. */
const oldAfter = 7;

/** Describes a report for people, one line each. */
export function describeReport(report: ScanReport, today: string): string {
  const { database, findings, ignored, expired, unused, filtered, notCompared, sbom } = report;
  const age = ageInDays(database.newest, today);
  const old =
    age === undefined
      ? ['the database has no dates, so its age is unknown']
      : age > oldAfter
        ? [`the database is ${age} days old: its newest record is of ${database.newest ?? ''}`]
        : [];
  const unreadable = database.unreadable.length;
  return [
    ...findings.map(
      ({ ids, purl, severity, score, informational }) =>
        `${(informational ?? severity).padEnd(13)}  ${purl}  ${ids.join(', ')}${score === undefined ? '' : `  CVSS ${score}`}`,
    ),
    ...findings
      .filter((one) => one.isUncertain)
      .map(
        ({ ids, purl }) =>
          `note: ${purl} is a commit between releases; check whether it has the fix of ${ids.join(', ')}`,
      ),
    ...ignored.map(
      ({ ids, purl, reason, expires }) =>
        `ignored        ${purl}  ${ids.join(', ')}: ${reason}, until ${expires}`,
    ),
    ...filtered.map(({ ids, purl, why }) => `filtered       ${purl}  ${ids.join(', ')}: ${why}`),
    ...describeNotCompared(notCompared),
    ...(sbom.packages === 0 && notCompared.length > 0
      ? ['note: no package was compared, so the scan found nothing out']
      : []),
    ...expired.map(({ id, expires }) => `note: the decision to ignore ${id} expired on ${expires}`),
    ...unused.map(({ id }) => `note: ${id} is ignored, but was not found`),
    ...(unreadable === 0 ? [] : [`note: ${unreadable} files of the database are no OSV records`]),
    ...old.map((line) => `note: ${line}`),
    `${sbom.packages} packages compared with ${database.records} records: ${findings.length} open, ${ignored.length} ignored, ${filtered.length} filtered; ${notCompared.length} components not compared`,
  ].join('\n');
}
