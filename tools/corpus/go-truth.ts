/** Extracts the facts about a module of the corpus from go. */
import { realpathSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { tool, type ToolResult } from './tool.ts';
import { nothing, type Truth } from './truth.ts';

/** The used fields of `go help list`. */
interface ListedPackage {
  readonly Dir: string;
  readonly ImportPath: string;
  readonly Name: string;
  readonly Module?: {
    readonly Path: string;
    readonly Main?: boolean;
    readonly Dir?: string;
    readonly GoMod?: string;
  };
  readonly [files: `${string}Files`]: readonly string[] | undefined;
}

/** The fields with names of files that compilers read. */
const fileFields = ['Go', 'Cgo', 'C', 'CXX', 'M', 'H', 'F', 'S', 'Swig', 'SwigCXX', 'Syso', 'Embed'] as const;

/**
 * @param repository the absolute path of the corpus repository
 * @param place the module's folder in it
 */
export function moduleTruth(repository: string, place: string): Truth {
  const folder = join(repository, place);
  const listed = listTidied(folder);
  if (!listed.succeeded) return { ...nothing, skipped: `go list: ${listed.reason}` };
  const inside = (path: string) => !within(repository, path).startsWith('..');
  const own = packagesIn(listed.stdout).filter(({ Dir }) => inside(Dir));
  const placeOf = ({ Module }: ListedPackage) => within(repository, dirname(Module?.GoMod ?? ''));
  const programs = own
    .filter((one) => one.Name === 'main' && placeOf(one) === place)
    .map(({ ImportPath }) => ImportPath);
  // The plugin builds without cgo by default.
  const withoutCgo = { env: { CGO_ENABLED: '0' } };
  const inPrograms =
    programs.length === 0
      ? []
      : packagesIn(tool(folder, 'go', listing('-e', ...programs), withoutCgo).stdout);
  const built = tool(folder, 'go', ['build', '-p=1', '-o', '/dev/null', './...']);
  return {
    ...nothing,
    programs,
    edges: directlyRequired(folder, repository),
    closure: allRequired(folder, repository),
    resolvedWith: workspaceModules(folder)
      .map(([, module]) => within(repository, module))
      .filter((module) => module !== place),
    files: filesOf(repository, own),
    programFiles: filesOf(
      repository,
      inPrograms.filter(({ Dir }) => inside(Dir)),
    ),
    ...(built.succeeded ? {} : { skipped: `go build: ${built.reason}` }),
  };
}

/**
 * Lists all packages. A published go.mod or go.sum may be untidy, and so may one whose requirements are
 * replaced by folders.
 */
function listTidied(folder: string): ToolResult {
  const listed = list(folder, './...');
  if (listed.succeeded) return listed;
  tool(folder, 'go', ['mod', 'tidy', '-e']);
  return list(folder, './...');
}

/** Lists packages and all their dependencies. */
function list(folder: string, ...packages: readonly string[]): ToolResult {
  return tool(folder, 'go', listing(...packages));
}

function listing(...packages: readonly string[]): string[] {
  const fields = [...fileFields.map((name) => `${name}Files`), 'Dir', 'ImportPath', 'Name', 'Module'];
  return ['list', '-deps', `-json=${fields.join(',')}`, ...packages];
}

/** Parses the concatenated objects that `go list -json` prints. */
function packagesIn(output: string): ListedPackage[] {
  return JSON.parse(`[${output.replaceAll(/^\}\n\{/gm, '},{')}]`) as ListedPackage[];
}

function filesOf(repository: string, packages: readonly ListedPackage[]): string[] {
  const files = packages.flatMap((one) =>
    fileFields
      .flatMap((field) => one[`${field}Files`] ?? [])
      .map((name) => join(within(repository, one.Dir), name)),
  );
  return [...new Set(files)].sort();
}

/** Returns a folder with symbolic links resolved, relative to the repository. */
function within(repository: string, folder: string): string {
  return folder === '' ? '..' : relative(repository, realpathSync.native(folder));
}

/** Returns the modules of the repository that go.mod requires. */
function directlyRequired(folder: string, repository: string): string[] {
  const { required, replaced } = moduleFile(folder);
  const places = required.flatMap((path) => replaced.get(path) ?? []);
  return places.map((place) => within(repository, place)).sort();
}

/**
 * Returns the required modules including transitive ones. The replacements of the main module apply to all
 * of them. `go list -m all` fails if go.mod is untidy.
 */
function allRequired(folder: string, repository: string): string[] {
  const { replaced } = moduleFile(folder);
  const found = new Set([folder]);
  // The loop also visits elements that are added during the iteration.
  for (const place of found) {
    for (const path of moduleFile(place).required) {
      const next = replaced.get(path);
      if (next !== undefined) found.add(next);
    }
  }
  found.delete(folder);
  return [...found].map((place) => within(repository, place)).sort();
}

/**
 * Returns the requirements of a go.mod file, and the absolute folders that replace modules through it or
 * go.work.
 */
function moduleFile(folder: string): {
  readonly required: readonly string[];
  readonly replaced: ReadonlyMap<string, string>;
} {
  const mod = JSON.parse(tool(folder, 'go', ['mod', 'edit', '-json']).stdout) as {
    readonly Require?: readonly { readonly Path: string }[];
    readonly Replace?: readonly {
      readonly Old: { readonly Path: string };
      readonly New: { readonly Path: string };
    }[];
  };
  return {
    required: (mod.Require ?? []).map(({ Path }) => Path),
    replaced: new Map([
      ...(mod.Replace ?? []).map(({ Old, New }) => [Old.Path, join(folder, New.Path)] as const),
      ...workspaceModules(folder),
    ]),
  };
}

function workspaceModules(folder: string): (readonly [path: string, folder: string])[] {
  const file = tool(folder, 'go', ['env', 'GOWORK']).stdout.trim();
  if (file === '' || file === 'off') return [];
  const { Use } = JSON.parse(tool(folder, 'go', ['work', 'edit', '-json']).stdout) as {
    readonly Use?: readonly { readonly DiskPath: string }[];
  };
  return (Use ?? []).map(({ DiskPath }) => {
    const place = join(dirname(file), DiskPath);
    const { Module } = JSON.parse(tool(place, 'go', ['mod', 'edit', '-json']).stdout) as {
      readonly Module: { readonly Path: string };
    };
    return [Module.Path, place] as const;
  });
}
