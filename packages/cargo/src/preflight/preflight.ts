import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  checkFolder,
  folderState,
  type MillwrightError,
  onPath,
  platformOfTriple,
} from '@millwright/toolkit';
import { artifactsFolder } from '@millwright/artifacts';
import { cargoError } from '../errors.js';
import {
  type BuiltPackage,
  isMet,
  type MachineFiles,
  type NativeNeed,
  needsOf,
  nativeNeeds,
} from './native-libraries.js';
import { undownloadableError, unpublishedError } from './prebuilt.js';

/** Returns the folders that a build writes to. */
export function buildFolders(repositoryRoot: string, targetDirectory: string): string[] {
  return [targetDirectory, join(repositoryRoot, artifactsFolder)];
}

/** Returns the needs that this machine does not meet for a triple. */
export function unmetNeeds(
  needs: readonly NativeNeed[],
  triple: string,
  machine: MachineFiles,
): NativeNeed[] {
  return needs.filter((need) => !isMet(need, triple, machine));
}

/** Returns the Debian packages for needs; libraries have the target's architecture. */
function debianPackages(needs: readonly NativeNeed[], triple: string, host: string): string[] {
  const foreignArchitecture =
    triple.split('-')[0] === host.split('-')[0] ? undefined : platformOfTriple(triple)?.debian;
  const packages = needs.flatMap((need) => {
    return need.modules === undefined || foreignArchitecture === undefined
      ? need.debian
      : need.debian.map((name) => `${name}:${foreignArchitecture}`);
  });
  const tools = needs.some((need) => need.modules !== undefined) ? ['pkg-config'] : [];
  return [...new Set([...packages, ...tools])];
}

/** The facts for checking a build before cargo starts. */
export interface PreflightRequest {
  readonly repositoryRoot: string;
  readonly targetDirectory: string;
  /** The triples to build for. */
  readonly triples: readonly string[];
  readonly host: string;
  readonly env: MachineFiles['env'];
  readonly cargoHome: string;
  /** Whether cargo runs offline. */
  readonly offline: boolean;
  /** The packages in the lock file with their versions, for all features. */
  readonly locked: ReadonlyMap<string, string>;
  /** Queries cargo for the packages in the build; called only if something may be missing. */
  readonly packages: () => Promise<readonly BuiltPackage[] | undefined>;
}

/**
 * Rejects a build that would fail, before it compiles for minutes.
 * @throws MillwrightError FOLDER_NOT_WRITABLE, DISK_SPACE_LOW, NATIVE_LIBRARY_MISSING, SOURCE_UNREACHABLE
 */
export async function preflight(request: PreflightRequest): Promise<void> {
  for (const path of buildFolders(request.repositoryRoot, request.targetDirectory))
    checkFolder(folderState(path));
  const machine = machineFiles(request.env);
  const possible = nativeNeeds.filter((need) => request.locked.has(need.package));
  for (const triple of request.triples) {
    const checked = possible.filter((need) => canCheck(need, triple));
    const errors = checked.flatMap((need) => prebuiltError(need, triple, machine, request) ?? []);
    if (errors.length === 0 && unmetNeeds(checked, triple, machine).length === 0) continue;
    const needs = needsOf((await request.packages()) ?? []).filter((need) => checked.includes(need));
    for (const need of needs) {
      const error = prebuiltError(need, triple, machine, request);
      if (error) throw error;
    }
    const unmet = unmetNeeds(needs, triple, machine);
    if (unmet.length === 0) continue;
    throw cargoError('NATIVE_LIBRARY_MISSING', {
      what: `${unmet.map(nameOfNeed).join(', ')} ${unmet.length === 1 ? 'is' : 'are'} not installed for ${triple}`,
      why: `required by the build scripts of ${unmet.map((need) => need.package).join(', ')}`,
      remedy: installCommand(unmet, triple, request.host),
    });
  }
}

function prebuiltError(
  need: NativeNeed,
  triple: string,
  machine: MachineFiles,
  { locked, offline, cargoHome, targetDirectory }: PreflightRequest,
): MillwrightError | undefined {
  const version = locked.get(need.package) ?? '';
  if (!isMet(need, triple, machine)) return unpublishedError(need, version, triple);
  return offline
    ? undownloadableError(need, version, triple, machine, { cargoHome, targetDirectory })
    : undefined;
}

/**
 * Returns whether a need can be checked before the build: libraries in Debian's layout, and programs, whose Debian
 * packages are known. On other systems the build reports them.
 */
export function canCheck(
  need: NativeNeed,
  triple: string,
  isDebian = existsSync('/etc/debian_version'),
): boolean {
  if (need.prebuilt !== undefined) return true;
  return isDebian && (need.program !== undefined || triple.includes('-linux-gnu'));
}

export function installCommand(needs: readonly NativeNeed[], triple: string, host: string): string {
  return `apt-get install ${debianPackages(needs, triple, host).join(' ')}`;
}

export function nameOfNeed(need: NativeNeed): string {
  return need.modules?.[0] ?? need.program ?? need.library ?? need.package;
}

/** Returns access to the real machine. */
export function machineFiles(env: MachineFiles['env']): MachineFiles {
  return {
    env,
    exists: existsSync,
    list: (folder) => (existsSync(folder) ? readdirSync(folder) : []),
    onPath: (program) => onPath(program, env).length > 0,
  };
}
