import { lstatSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { readRegularFile } from '@millwright/toolkit/core';
import { sha256Of } from '../disk/digest.js';
import { artifactError } from '../errors.js';
import { otherSignatureEndings, signatureKind } from '../signing/signature-kinds.js';
import { attestationEndings, attestedPath } from '../signing/signatures.js';
import { describedFile, parseSingle, readChecksumFiles } from './checksum-lists.js';
import {
  checkFiles,
  type ChecksumFile,
  type Companion,
  type FoundFile,
  type ReleaseFinding,
  type ValidAttestation,
} from './findings.js';
import { entriesBeside, entriesOf, type FolderEntry } from './folder.js';
import { emptyFolder } from './sign.js';
import { contentOfFile, signatureLimit, signatureState, type TrustedKeys } from './signature-state.js';

export interface Verification {
  /** The number of files that were looked at. */
  readonly files: number;
  /** Empty if everything is right. */
  readonly findings: readonly ReleaseFinding[];
  /** The trusted comment of the checksum file's signature; undefined without a valid minisign signature. */
  readonly trustedComment: string | undefined;
  /** The attestations by trusted signers, by the path of the file that they are about. */
  readonly attestations: readonly (ValidAttestation & { readonly path: string })[];
}

/**
 * Verifies the files of a folder against its checksum files and the signatures next to them. Symbolic links are not
 * followed, and files of any size are read a part at a time; only what a signature of minisign's old format (`Ed`)
 * covers has to fit into memory.
 * @throws MillwrightError RELEASE_FOLDER_UNREADABLE, RELEASE_EMPTY
 */
export async function verifyFolder(folder: string, keys: TrustedKeys): Promise<Verification> {
  const entries = entriesOf(folder);
  const { lists, faults } = await readLists(folder, entries, keys);
  const paths = new Set([...entries, ...lists].map(({ path }) => path));
  const found: FoundFile[] = [];
  const isList = (path: string) => lists.some((list) => list.path === path) && !isListed(lists, path);
  for (const entry of entries.filter(({ path }) => !isList(path)))
    if (!faults.some((fault) => fault.path === entry.path))
      found.push(await findFile(folder, entry, lists, keys, paths));
  const attestations: (ValidAttestation & { readonly path: string })[] = [];
  for (const [index, file] of found.entries()) {
    const about = attestedPath(file.path);
    if (about === undefined || file.sha256 === undefined) continue;
    const { attestationState } = await import('./attestation-state.js');
    const sha256 = found.find(({ path }) => path === about)?.sha256;
    const attestation = await attestationState(join(folder, file.path), keys, sha256);
    found[index] = { ...file, attestation };
    if (attestation.kind === 'signed') attestations.push({ ...attestation, path: about });
  }
  const isEmpty = found.length === 0 && lists.every(({ digests }) => digests.size === 0);
  if (isEmpty && faults.length === 0) throw emptyFolder(folder);
  return {
    files: found.length,
    findings: [...faults, ...checkFiles(lists, found)],
    trustedComment: commentOf(lists),
    attestations,
  };
}

/**
 * Verifies one file against its own signatures, and the checksum files next to it. Other files of the folder do not
 * matter.
 * @throws MillwrightError RELEASE_FOLDER_UNREADABLE
 */
export async function verifyFile(file: string, keys: TrustedKeys): Promise<Verification> {
  const path = basename(file);
  const folder = dirname(resolve(file));
  const { lists } = await readLists(folder, entriesBeside(folder), keys);
  const listing = lists.filter((list) => list.digests.has(path));
  const own = await signatureState(file, keys, contentOfFile(file));
  const sha256 = await readDigest(file);
  const attestations: (ValidAttestation & { readonly path: string })[] = [];
  const faults: ReleaseFinding[] = [];
  for (const ending of Object.values(attestationEndings)) {
    if (lstatSync(file + ending, { throwIfNoEntry: false }) === undefined) continue;
    // Loads a library that a file without attestations does not need.
    const { attestationState } = await import('./attestation-state.js');
    const state = await attestationState(file + ending, keys, sha256);
    if (state.kind === 'signed') attestations.push({ ...state, path });
    else if (state.kind !== 'untrusted') faults.push({ path: path + ending, ...state });
  }
  const findings = checkFiles(listing.length > 0 ? listing : lists, [{ path, sha256, signature: own }]);
  return {
    files: 1,
    findings: [...findings.filter((finding) => finding.path === path), ...faults],
    trustedComment: own.kind === 'signed' ? own.trustedComment : commentOf(listing),
    attestations,
  };
}

/** The checksum files of a folder, and the problems with those that cannot be used. */
async function readLists(
  folder: string,
  entries: readonly FolderEntry[],
  keys: TrustedKeys,
): Promise<{ readonly lists: readonly ChecksumFile[]; readonly faults: readonly ReleaseFinding[] }> {
  const all = await readChecksumFiles(folder, entries, keys);
  const lists = all.filter((one) => 'digests' in one);
  const faults = all.filter((one) => 'kind' in one);
  if (all.length === 1) return { lists, faults };
  // What a checksum file lists is named as not signed, but an additional one can list nothing.
  const unsigned = lists.flatMap(({ path, signature: { kind, ...fault } }) =>
    kind === 'signed' || !('detail' in fault) || isListed(lists, path)
      ? []
      : [{ kind, path, detail: fault.detail }],
  );
  return { lists, faults: [...faults, ...unsigned] };
}

/** Returns true if a checksum file lists a path, which may be that of another checksum file. */
function isListed(lists: readonly ChecksumFile[], path: string): boolean {
  return lists.some(({ digests }) => digests.has(path));
}

async function findFile(
  folder: string,
  { path, isRegular, signatures }: FolderEntry,
  lists: readonly ChecksumFile[],
  keys: TrustedKeys,
  paths: ReadonlySet<string>,
): Promise<FoundFile> {
  const file = join(folder, path);
  const listing = lists.filter(({ digests }) => digests.has(path));
  const isCovered = listing.some(({ signature }) => signature.kind === 'signed');
  // Signatures of other programs count only where nothing else covers the file.
  const own =
    isRegular && (signatures.length > 0 || !isCovered)
      ? await signatureState(file, keys, contentOfFile(file))
      : undefined;
  return {
    path,
    sha256: isRegular ? await readDigest(file) : undefined,
    signature: own,
    companion: isRegular && listing.length === 0 ? companionOf(file, path, paths) : undefined,
  };
}

/** What a file that is not listed says of another one. */
function companionOf(file: string, path: string, paths: ReadonlySet<string>): Companion | undefined {
  const read = () => readRegularFile(file, { limit: signatureLimit, links: 'refuse' }).bytes;
  const described = describedFile(path);
  if (described !== undefined && paths.has(described)) {
    const stated = digestIn(read()?.toString('utf8') ?? '', path, described);
    return stated === undefined ? undefined : { of: described, sha256: stated };
  }
  const ending = otherSignatureEndings.find(
    (one) => path.endsWith(one) && paths.has(path.slice(0, -one.length)),
  );
  const bytes = ending === undefined ? undefined : read();
  return ending === undefined || bytes === undefined || signatureKind(bytes) === undefined
    ? undefined
    : { of: path.slice(0, -ending.length), sha256: undefined };
}

/** The digest in the checksum file of a single file; undefined if it contains anything else. */
function digestIn(text: string, path: string, described: string): string | undefined {
  try {
    const digests = parseSingle(text, path, described);
    return digests.size === 1 ? digests.get(described) : undefined;
  } catch {
    return undefined;
  }
}

function commentOf(lists: readonly ChecksumFile[]): string | undefined {
  const signatures = lists.flatMap(({ signature }) => (signature.kind === 'signed' ? [signature] : []));
  return signatures.find(({ trustedComment }) => trustedComment !== undefined)?.trustedComment;
}

async function readDigest(file: string): Promise<string> {
  try {
    return await sha256Of(file);
  } catch (error) {
    throw artifactError('RELEASE_FOLDER_UNREADABLE', {
      what: `${file} cannot be read`,
      why: error instanceof Error ? error.message : String(error),
      cause: error,
    });
  }
}
