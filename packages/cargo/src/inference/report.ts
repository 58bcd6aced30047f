import { type GraphReport, invalidFilesWarning, formatList, MillwrightError } from '@millwright/toolkit';
import { type Source, sourceOf, type VendoredSourceError } from '../vendored/vendored-crates.js';
import type { CargoRepository } from '../manifests/repository.js';
import { manifestOf } from '../manifests/manifest.js';

const plugin = '@millwright/cargo';

/** Returns warnings and notes about manifests and millwright.toml files for the graph. */
export function manifestReport(
  { errors, nonMembers, crates, templates, empty }: CargoRepository,
  declarationErrors: readonly Pick<VendoredSourceError, 'declaredIn' | 'error'>[],
  sources: readonly Source[],
): GraphReport {
  const vendored = new Map(declarationErrors.map(({ error, declaredIn }) => [error, declaredIn]));
  const problems: (readonly [string, MillwrightError])[] = [
    ...[...errors].map(([file, error]) => [file, sourceOf(file, sources) ? ofOthers(error) : error] as const),
    ...[...vendored].map(([error, file]) => [file, error] as const),
  ];
  return {
    warnings: invalidFilesWarning(plugin, problems),
    notes: [
      ...refusedNote([...nonMembers].filter(([folder]) => !crates.has(folder))),
      ...unusableNote(templates, 'the package name is invalid, as in a template'),
      ...unusableNote(empty, 'the package has no target, such as src/lib.rs or src/main.rs'),
    ],
  };
}

/** Returns an error in a file of vendored sources, which the user cannot edit. */
function ofOthers(error: MillwrightError): MillwrightError {
  const { code, what, why, location } = error;
  return new MillwrightError(code, {
    ...{ what, why, location, cause: error },
    remedy: 'exclude the file, unless you need the crate: it belongs to vendored sources',
  });
}

/** @param refused pairs of a crate and the workspace above it */
function refusedNote(nonMembers: readonly (readonly [crate: string, workspace: string])[]): string[] {
  if (nonMembers.length === 0) return [];
  const folders = formatList(nonMembers.map(([crate]) => crate).sort());
  const roots = formatList([...new Set(nonMembers.map(([, root]) => manifestOf(root)))].sort());
  const [are, it, project] =
    nonMembers.length === 1
      ? ['1 crate is not a project', 'it', 'it a project']
      : [`${nonMembers.length} crates are not projects`, 'them', 'them projects'];
  return [
    `${plugin}: ${are}, because the Cargo workspace above neither includes nor ` +
      `excludes ${it}: ${folders}. To make ${project}, add ${it} to workspace.members or workspace.exclude in ${roots}.`,
  ];
}

/** @param folders the folders of manifests that cargo rejects */
function unusableNote(folders: readonly string[], reason: string): string[] {
  if (folders.length === 0) return [];
  const are =
    folders.length === 1 ? '1 manifest is not a project' : `${folders.length} manifests are not projects`;
  return [`${plugin}: ${are}, because ${reason}: ${formatList(folders.map(manifestOf))}.`];
}
