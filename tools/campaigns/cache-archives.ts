import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import {
  dangersOf,
  dangersOfMembers,
  type ReadMember,
} from '../../packages/server/dist/cache/dangers.spec.helper.js';
import { hostileArchive } from '../../packages/server/dist/cache/hostile-archives.spec.helper.js';
import { inspectEntry } from '../../packages/server/dist/cache/inspect.js';
import type { Campaign } from '../campaign/campaign.ts';

const archivesOfCase = 1000;
const unpackedLimit = 2 ** 20;

/** Prints the members of each archive in a folder, as another program reads them. An archive that it rejects has none. */
const readWithPython = `
import json, os, sys, tarfile
for name in sorted(os.listdir(sys.argv[1])):
    try:
        with tarfile.open(os.path.join(sys.argv[1], name), 'r:gz') as archive:
            members = [{'type': member.type.decode('latin1'), 'path': member.name, 'link': member.linkname} for member in archive]
    except Exception:
        members = []
    print(json.dumps({'name': name, 'members': members}))
`;

interface ReadArchive {
  readonly name: string;
  readonly members: readonly ReadMember[];
}

/** Inspects hostile archives as the cache server does on PUT. */
export default function cacheArchives(): Campaign {
  return {
    purpose:
      'The cache server survives every archive, and accepts none with hard links, devices, or paths and links out of the ' +
      'workspace. What it accepts is read again by two other readers: one of the tests, and `tarfile` of Python.',
    cases: 100,
    run: (index) => inspectArchives(index + 2),
    describe: (results) =>
      `Each case has ${archivesOfCase.toLocaleString('en')} archives of its own seed, ${(results.length * archivesOfCase).toLocaleString('en')} in all.`,
  };
}

async function inspectArchives(seed: number): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'millwright-archives-'));
  const acceptedFolder = join(folder, 'accepted');
  mkdirSync(acceptedFolder);
  try {
    let accepted = 0;
    for (const [index, bytes] of fc.sample(hostileArchive, { numRuns: archivesOfCase, seed }).entries()) {
      const path = join(folder, 'entry');
      writeFileSync(path, bytes);
      if ((await inspectEntry(path, unpackedLimit)) !== undefined) continue;
      accepted += 1;
      const dangers = dangersOf(bytes);
      if (dangers.length > 0) throw new Error(`archive ${index} of seed ${seed}: ${dangers.join(', ')}`);
      writeFileSync(join(acceptedFolder, String(index)), bytes);
    }
    const { status, stdout, stderr } = spawnSync('python3', ['-c', readWithPython, acceptedFolder], {
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    });
    if (status !== 0) throw new Error(`python3 fails: ${stderr}`);
    for (const line of stdout.trim().split('\n').filter(Boolean)) {
      const { name, members } = JSON.parse(line) as ReadArchive;
      const dangers = dangersOfMembers(members);
      if (dangers.length > 0)
        throw new Error(`archive ${name} of seed ${seed}, as Python reads it: ${dangers.join(', ')}`);
    }
    return `${accepted} of ${archivesOfCase} archives accepted`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
