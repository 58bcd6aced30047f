import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type Environment, readText } from '@millwright/toolkit/core';
import { repositoryAbove, runGit } from '@millwright/toolkit/git';
import { archiveFormats } from '../archives/write.js';
import { digestsInArchive } from '../install/member-digests.js';
import { sha256Of } from '../disk/digest.js';
import { artifactError } from '../errors.js';
import { laterFileEndings, sideFilesOf } from '../layout/layout.js';
import { parseSbomSubject, provenanceStatement, sbomStatement } from '../provenance/attested.js';
import { isCiJob, isSignedInCi, localBuilder } from '../provenance/builder.js';
import { parseProvenance, type Subject } from '../provenance/statement.js';
import { attestationEndings } from '../signing/signatures.js';
import type { Signer } from '../signing/signer.js';

export interface AttestRequest {
  /** The paths of the artifacts. Their provenance, and their SBOM if there is one, stand beside them. */
  readonly artifacts: readonly string[];
  /** The path of the folder that is signed: it has each artifact, or an archive with it. */
  readonly folder: string;
  readonly env: Environment;
}

/**
 * Signs the provenance and the SBOM of each artifact, about the file in a folder that users download.
 * @returns the attestations, by their names in the folder
 * @throws MillwrightError ATTESTATION_REFUSED; SIGNING_SERVICE_FAILED and what the token throws, for keyless signers
 */
export async function attestArtifacts(
  { artifacts, folder, env }: AttestRequest,
  signer: Signer,
): Promise<ReadonlyMap<string, string>> {
  const attest = signer.attest;
  if (artifacts.length > 0 && attest === undefined)
    throw artifactError('ATTESTATION_REFUSED', {
      what: 'the attestations cannot be signed',
      why: 'a minisign key signs files only',
      remedy: 'sign with a cosign key (`millwright key generate --format cosign`), or pass `--keyless`',
    });
  const files = new Map<string, string>();
  for (const artifact of artifacts) {
    const records = await attestedRecords(artifact, env);
    const subject = await publishedFile(artifact, records.sha256, folder);
    const statements = {
      provenance: provenanceStatement(records.provenance, [subject]),
      sbom: records.sbom === undefined ? undefined : sbomStatement(records.sbom, [subject]),
    };
    for (const kind of ['provenance', 'sbom'] as const) {
      const statement = statements[kind];
      if (statement !== undefined && attest !== undefined)
        files.set(subject.name + attestationEndings[kind], await attest(statement));
    }
  }
  return files;
}

export interface AttestedRecords {
  /** Of the artifact, in lower-case hexadecimal. */
  readonly sha256: string;
  /** The text of the `.provenance.json` file. */
  readonly provenance: string;
  /** The text of the SBOM; undefined if there is none. */
  readonly sbom: string | undefined;
}

/**
 * Reads what can be signed about an artifact, and checks that it may be: the provenance and the SBOM describe this file,
 * the commit is one of this repository, and a CI job does not sign what a developer's machine or an untrusted job built.
 * @throws MillwrightError ATTESTATION_REFUSED
 */
export async function attestedRecords(artifact: string, env: Environment): Promise<AttestedRecords> {
  const refused = (why: string, remedy?: string) =>
    artifactError('ATTESTATION_REFUSED', {
      what: `the provenance of ${artifact} cannot be signed`,
      why,
      ...(remedy === undefined ? {} : { remedy }),
    });
  const sha256 = await sha256Of(artifact).catch((error: unknown) => {
    throw refused(error instanceof Error ? error.message : String(error));
  });
  const text = readText(sideFilesOf(artifact).provenance) ?? '';
  const provenance = parseProvenance(text);
  if (provenance === undefined)
    throw refused(`${basename(sideFilesOf(artifact).provenance)} is missing or damaged`);
  if (provenance.subject.sha256 !== sha256)
    throw refused(
      `it describes another file, with the SHA-256 ${provenance.subject.sha256}; this file has ${sha256}`,
    );
  if (isCiJob(env) && !isSignedInCi(provenance.builder, env))
    throw refused(
      `${provenance.builder === localBuilder ? "a developer's machine" : 'an untrusted job'} built the file (${provenance.builder}), and this is a CI job`,
      'build in CI without the cache of others: `--skip-nx-cache`',
    );
  if (provenance.commit !== undefined && !(await hasCommit(artifact, provenance.commit)))
    throw refused(
      `it was built from the commit ${provenance.commit}, which this repository does not have`,
      'sign in the repository that the artifact was built in; in a shallow clone, run `git fetch --unshallow`',
    );
  const sbom = readText(`${artifact}${laterFileEndings.sbom}`);
  if (sbom === undefined) return { sha256, provenance: text, sbom };
  const described = parseSbomSubject(sbom);
  if (described?.sha256 !== sha256)
    throw artifactError('ATTESTATION_REFUSED', {
      what: `the SBOM of ${artifact} cannot be signed`,
      why:
        described === undefined
          ? 'it is not a CycloneDX document of an artifact'
          : `it describes another file: ${described.name}${described.target === undefined ? '' : ` for ${described.target}`}, with the SHA-256 ${described.sha256}`,
      remedy: 'write the SBOM again: run the target `sbom`',
    });
  return { sha256, provenance: text, sbom };
}

/** Whether the repository of a file has a commit. True outside git, where nothing can be compared. */
async function hasCommit(file: string, commit: string): Promise<boolean> {
  const repository = repositoryAbove(dirname(file));
  if (repository === undefined) return true;
  if (!/^[0-9a-f]{40,64}$/.test(commit)) return false;
  const { exitCode } = await runGit(repository, ['cat-file', '-e', `${commit}^{commit}`]);
  return exitCode === 0;
}

/**
 * Finds the file that users get: the artifact itself, or the archive with it.
 * @throws MillwrightError ATTESTATION_REFUSED
 */
async function publishedFile(artifact: string, sha256: string, folder: string): Promise<Subject> {
  const names = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .sort();
  for (const name of names.filter((one) => one === basename(artifact)))
    if ((await sha256Of(join(folder, name))) === sha256) return { name, sha256 };
  for (const name of names) {
    const format = archiveFormats.find((one) => name.endsWith(`.${one}`));
    if (format === undefined) continue;
    const path = join(folder, name);
    if ((await digestsInArchive(path, format)).has(sha256)) return { name, sha256: await sha256Of(path) };
  }
  throw artifactError('ATTESTATION_REFUSED', {
    what: `the provenance of ${artifact} cannot be signed`,
    why: `no file in ${folder} is this artifact, and no archive there contains it`,
    remedy: 'package the artifact again, then sign the folder',
  });
}
