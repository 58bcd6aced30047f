import { posix, relative, sep } from 'node:path';
import type { Unit, UnitsRecord } from '@millwright/artifacts';
import { run } from '@millwright/toolkit';
import type { ModuleSubject } from './module.js';

/** A package in the output of `go list -deps -json`, with the fields used here (cmd/go, "List packages or modules"). */
export interface ListedPackage {
  readonly ImportPath: string;
  readonly Standard?: boolean;
  /** True for a dependency of the packages that were asked for. */
  readonly DepOnly?: boolean;
  readonly Module?: ListedModule;
  readonly Imports?: readonly string[];
  /** From import paths in the source to those of the packages, where they differ. */
  readonly ImportMap?: Readonly<Record<string, string>>;
}

interface ListedModule {
  readonly Path: string;
  readonly Version?: string;
  readonly Sum?: string;
  readonly Dir?: string;
  readonly Replace?: Omit<ListedModule, 'Replace'>;
}

const fields = 'ImportPath,Standard,DepOnly,Module,Imports,ImportMap';

/** The name of the unit for the standard library. */
const standardLibrary = 'std';

/**
 * Queries go for the packages that are linked into a program, by module.
 * @param flags the build flags, which select files and dependencies
 * @param workspaceRoot the Nx workspace's folder, absolute
 * @returns undefined if go cannot list them, such as after an error that the build reports
 */
export async function linkedUnits(
  { go, folder, env }: ModuleSubject,
  { flags, pkg, platform, toolchain }: ListedProgram,
  workspaceRoot: string,
): Promise<UnitsRecord | undefined> {
  const args = ['list', '-deps', `-json=${fields}`, ...flags, pkg];
  const { stdout, exitCode } = await run(go, args, { cwd: folder, env });
  if (exitCode !== 0) return undefined;
  const units = unitsOf(parseListing(stdout), toolchain, workspaceRoot);
  return { version: 1, ecosystem: 'golang', target: platform, toolchain, ...units };
}

export interface ListedProgram {
  readonly flags: readonly string[];
  /** The main package, as an argument of go. */
  readonly pkg: string;
  readonly platform: string;
  /** The version of go, such as `go1.26.0`. */
  readonly toolchain: string;
}

/** Parses a sequence of indented JSON objects, as `go list -json` prints it. */
export function parseListing(text: string): ListedPackage[] {
  return text
    .split(/^(?=\{$)/m)
    .filter((part) => part.trim() !== '')
    .map((part) => JSON.parse(part) as ListedPackage);
}

/** Returns one unit per module, and one for the standard library. */
export function unitsOf(
  listed: readonly ListedPackage[],
  toolchain: string,
  workspaceRoot: string,
): Pick<UnitsRecord, 'root' | 'units'> {
  const moduleOf = ({ Standard, Module }: ListedPackage) =>
    Standard === true || Module === undefined ? standardLibrary : Module.Path;
  const byModule = Map.groupBy(listed, moduleOf);
  const names = [...byModule.keys()].sort();
  const byImportPath = new Map(listed.map((one) => [one.ImportPath, moduleOf(one)]));
  const units = names.map((name, index): Unit => {
    const packages = byModule.get(name) ?? [];
    const module = name === standardLibrary ? undefined : packages[0]?.Module;
    const imports = packages.flatMap(({ Imports = [], ImportMap = {} }) =>
      Imports.flatMap((path) => byImportPath.get(ImportMap[path] ?? path) ?? []),
    );
    return {
      name,
      ...(module === undefined ? { version: releaseOf(toolchain) } : moduleFacts(module, workspaceRoot)),
      kind: 'normal',
      packages: packages.map(({ ImportPath }) => ImportPath).sort(),
      dependencies: [...new Set(imports.map((one) => names.indexOf(one)))]
        .filter((one) => one !== index)
        .sort((one, other) => one - other),
    };
  });
  const main = listed.find(({ DepOnly }) => DepOnly !== true);
  return { root: Math.max(0, main === undefined ? 0 : names.indexOf(moduleOf(main))), units };
}

/** The release of a toolchain: `1.26.0` in `go1.26.0 X:boringcrypto`, `1.27-5abc` in `devel go1.27-5abc Mon Nov 2 …`. */
function releaseOf(toolchain: string): string {
  return /(?:^| )go(\S+)/.exec(toolchain)?.[1] ?? toolchain;
}

function moduleFacts(
  { Version, Sum, Dir, Replace }: ListedModule,
  workspaceRoot: string,
): Pick<Unit, 'version' | 'checksum' | 'path' | 'replacedBy'> {
  const own = {
    ...(Version === undefined ? {} : { version: Version }),
    ...(Sum === undefined ? {} : { checksum: Sum }),
  };
  if (Replace === undefined) return { ...own, ...(Version === undefined ? pathOf(Dir, workspaceRoot) : {}) };
  const isFolder = Replace.Version === undefined;
  return {
    ...own,
    replacedBy: {
      name: isFolder && /^([./\\]|[A-Za-z]:)/.test(Replace.Path) ? 'folder' : Replace.Path,
      ...(Replace.Version === undefined ? {} : { version: Replace.Version }),
      ...(Replace.Sum === undefined ? {} : { checksum: Replace.Sum }),
      ...(isFolder ? pathOf(Replace.Dir, workspaceRoot) : {}),
    },
  };
}

/** Returns a folder relative to the Nx workspace; nothing for one elsewhere, whose path differs between machines. */
function pathOf(folder: string | undefined, workspaceRoot: string): { path?: string } {
  if (folder === undefined) return {};
  const path = relative(workspaceRoot, folder).split(sep).join(posix.sep);
  return path === '..' || path.startsWith('../') ? {} : { path: path === '' ? '.' : path };
}
