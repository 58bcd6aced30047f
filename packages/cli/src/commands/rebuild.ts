import { resolve } from 'node:path';
import {
  describeRebuild,
  rebuildAndCompare,
  rebuildFileOf,
  writeRebuild,
} from '@millwright/artifacts/rebuild';
import { signerFor } from '@millwright/artifacts/signing';
import { commandError } from '../errors.js';
import { exitCodes, type Result } from '../io/result.js';
import { readSecretKey } from './key.js';

interface RebuildOptions {
  /** A folder of the Nx workspace. */
  readonly workspace: string;
  /** The path of the unsigned statement. */
  readonly output?: string;
  /** The path of a secret key of cosign. */
  readonly key?: string;
  readonly passphraseFile?: string;
  /** The path for the rebuilt file. */
  readonly keep?: string;
}

/** Builds an artifact again from its provenance, and compares both files. */
export async function rebuild(artifact: string, options: RebuildOptions): Promise<Result> {
  const { workspace, key, passphraseFile, keep, output = rebuildFileOf(artifact) } = options;
  const signer =
    key === undefined ? undefined : signerFor(await readSecretKey(key, passphraseFile), undefined);
  const attest = signer?.attest;
  if (signer !== undefined && attest === undefined)
    throw commandError('COMMAND_USAGE', {
      what: 'the result cannot be signed',
      why: 'a minisign key signs files only',
      remedy: 'sign with a key of cosign: `millwright key generate --format cosign`',
    });
  const rebuilt = await rebuildAndCompare({
    artifact,
    workspace: resolve(workspace),
    keep,
    env: process.env,
    onLine: (line) => {
      process.stderr.write(`${line}\n`);
    },
  });
  const files = await writeRebuild(output, rebuilt.statement, attest);
  const { difference, provenance } = rebuilt;
  const { commit = '', toolchain = 'unknown', subject } = provenance;
  const isReproduced = difference === undefined;
  return {
    exitCode: isReproduced ? exitCodes.done : exitCodes.notVerified,
    text: `${describeRebuild(artifact, rebuilt)}\n${files.join(', ')}`,
    data: { reproduced: isReproduced, commit, toolchain, sha256: subject.sha256, difference, files },
  };
}
