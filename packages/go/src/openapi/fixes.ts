import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { checkWithinWorkspace, type MillwrightError, readText } from '@millwright/toolkit';
import { componentProblems, freeName, typeProblems } from './checks/name-problems.js';
import { fixFile, fixPath, type OverlayAction, renaming, withActions } from './bundling/fix-overlay.js';
import { goName } from './document/go-names.js';
import { componentsOf } from './document/reachable.js';
import { typeNamesOf } from './document/type-names.js';
import type { GeneratorName } from './generators/generator.js';
import type { Prepared } from './prepare.js';
import type { DescribedBy, GenerateSettings } from './settings.js';

/**
 * Resolves the name collisions of a failure of oapi-codegen, in place.
 * @returns the actions; empty if the failure has another reason
 */
export async function fixesFor(
  error: MillwrightError,
  generator: GeneratorName,
  { document, origins }: Prepared,
): Promise<OverlayAction[]> {
  if (generator !== 'oapi-codegen') return [];
  const hidden = namesIn(error.output ?? '', hiddenByConstant);
  const names = new Set([...namesIn(error.output ?? '', declaredTwice), ...hidden]);
  if (names.size === 0) return [];
  const predicted = [...typeProblems(document, origins), ...componentProblems(document, origins)];
  const actions = predicted.flatMap(({ fix }) => fix);
  const others = [...names].filter((name) => !predicted.some((problem) => problem.goName === name));
  const types = typeNamesOf(document);
  const taken = new Set(types.map((type) => type.goName));
  for (const name of others) {
    const schema = types.find((type) => type.goName === name && type.pointer.length === 3);
    const parameter = hidden.has(name)
      ? componentsOf(document, 'parameters').find(([own]) => goName(own) === name)?.[0]
      : undefined;
    if (schema !== undefined) {
      actions.push(renaming(document, schema.pointer, 'x-go-name', freeName(`${name}Schema`, taken)));
    } else if (parameter !== undefined) {
      const pointer = ['components', 'parameters', parameter];
      actions.push(renaming(document, pointer, 'x-go-name', freeName(`${name}Parameter`, taken)));
    }
  }
  if (actions.length > 0) {
    const { applyActions } = await import('./bundling/overlay.js');
    applyActions(document, actions);
  }
  return actions;
}

/** What the generator or Go prints about a name that is declared twice. */
const declaredTwice = /duplicate typename '(\w+)'|: (\w+) redeclared in this block/g;
/** What Go prints about a type that has the name of a constant of an enumeration. */
const hiddenByConstant = /: (\w+) \(constant\b.*\) is not a type/g;

/** Returns the names in the matches of a pattern. */
function namesIn(output: string, pattern: RegExp): Set<string> {
  return new Set([...output.matchAll(pattern)].map(([, ...names]) => names.find((name) => name) ?? ''));
}

/**
 * Writes actions to the project's overlay, after those that it has.
 * @returns a note that says what was written
 */
export async function writeFixes(
  { workspaceRoot, projectRoot }: Pick<GenerateSettings, 'workspaceRoot' | 'projectRoot'>,
  { spec, declaredOverlays }: Pick<DescribedBy, 'spec' | 'declaredOverlays'>,
  actions: readonly OverlayAction[],
): Promise<string> {
  if (actions.length === 0) return `--fix found nothing to correct in ${spec}`;
  const path = fixPath(projectRoot);
  const file = join(workspaceRoot, path);
  checkWithinWorkspace(workspaceRoot, file);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, withActions(readText(file), actions));
  const count = `${actions.length} ${actions.length === 1 ? 'action' : 'actions'}`;
  const declared = declaredOverlays.includes(path)
    ? ''
    : `; add "{projectRoot}/${fixFile}" to the overlays and the inputs of the target`;
  return `--fix wrote ${count} to ${path}${declared}`;
}
