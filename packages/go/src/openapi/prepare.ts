import { join } from 'node:path';
import { readRegularFile } from '@millwright/toolkit';
import { goError } from '../errors.js';
import { bundle } from './bundling/bundle.js';
import { checkCycles } from './checks/check-cycles.js';
import { checkNames, checkOperationIds } from './checks/check-names.js';
import { adaptNames, adaptPaths, adaptSchemas } from './checks/adapt.js';
import { checkParameters } from './checks/check-parameters.js';
import { checkReferences } from './checks/check-references.js';
import { checkValues } from './checks/check-values.js';
import { type DocumentProblem, rejectProblems } from './checks/problems.js';
import type { OverlayAction } from './bundling/fix-overlay.js';
import type { Rename } from './bundling/component-names.js';
import { checkDocument, type Operation, operationsOf } from './document/document.js';
import type { Generator } from './generators/generator.js';
import type { JsonObject } from './document/json.js';
import { downlevel } from './checks/downlevel.js';
import type { Origins } from './document/origins.js';
import { parseSource, type Source } from './document/source.js';

export interface PrepareRequest {
  readonly workspaceRoot: string;
  /** The document, relative to the workspace root. */
  readonly spec: string;
  /** Overlays in the order of application, relative to the workspace root. */
  readonly overlays: readonly string[];
  readonly renames: 'refuse' | 'report';
  /** True if names that map to the same Go name are an error, because the generator cannot handle them. */
  readonly collisions: boolean;
  readonly generator: Pick<Generator, 'name' | 'unknown'>;
  /** True to resolve the problems that an overlay can resolve. */
  readonly fix: boolean;
}

/** A document that is ready for a generator. */
export interface Prepared {
  readonly document: JsonObject;
  readonly operations: readonly Operation[];
  /** The number of operations before the overlays. */
  readonly described: number;
  readonly origins: Origins;
  readonly renames: readonly Rename[];
  /** One line for each note about the document. */
  readonly notes: readonly string[];
  /** The overlay actions that resolved problems of the document, in order. Not in any file yet. */
  readonly fixes: readonly OverlayAction[];
  /** All files that were read, relative to the workspace root. */
  readonly files: readonly string[];
}

/**
 * Bundles a description, applies its overlays and checks the result.
 * @throws MillwrightError OPENAPI_DOCUMENT_INVALID, OPENAPI_REF_MISSING, OPENAPI_REF_RENAMED,
 * OPENAPI_SCHEMA_CYCLE, OPENAPI_NAME_COLLISION, OPENAPI_OPERATION_ID_INVALID, OPENAPI_UNSUPPORTED,
 * OVERLAY_INVALID, OVERLAY_UNMATCHED
 */
export async function prepareDocument(request: PrepareRequest): Promise<Prepared> {
  const { workspaceRoot, spec, overlays } = request;
  const open = (path: string) => readSource(workspaceRoot, path);
  const root = open(spec) ?? missingFile('spec', spec);
  checkDocument(root);
  const { document, files, renames, origins } = bundle(root, open, request.renames);
  const described = operationsOf(document).length;
  if (overlays.length > 0) {
    // Most documents need no JSONPath engine.
    const { applyOverlay } = await import('./bundling/overlay.js');
    for (const path of overlays) applyOverlay(document, open(path) ?? missingFile('overlays', path));
    checkReferences(document, origins);
  }
  const fixes = await resolveProblems(document, origins, request);
  checkCycles(document, origins);
  // openapi-generator accepts both.
  const adapted = request.generator.name === 'openapi-generator' ? [] : adaptPaths(document, origins);
  if (request.generator.name === 'oapi-codegen') {
    adapted.push(...adaptSchemas(document, origins));
    adaptNames(document, origins);
  }
  const leftOut = downlevel(document, request.generator, origins);
  return {
    document,
    operations: operationsOf(document),
    described,
    origins,
    renames,
    notes: [
      ...renames.map(
        ({ from, to, at }) =>
          `${at}: ${from} was renamed to ${to}, because another component has the same name`,
      ),
      ...checkOperationIds(document, origins),
      ...firstOfEach(adapted),
      ...leftOut,
    ],
    fixes,
    files: [...files, ...overlays],
  };
}

/** Returns the first few of many similar lines, and the number of the others. */
function firstOfEach(lines: readonly string[]): string[] {
  const kindOf = (line: string) => /(declares \w+|is ignored).*$/.exec(line)?.[0].slice(0, 30) ?? line;
  return [...Map.groupBy(lines, kindOf).values()].map(([first = '', ...others]) =>
    others.length === 0 ? first : `${first} (and ${others.length} more of the kind)`,
  );
}

/**
 * Rejects a document with problems, or resolves them if the request says so.
 * @returns the actions that resolved them
 */
async function resolveProblems(
  document: JsonObject,
  origins: Origins,
  { generator, collisions, fix }: PrepareRequest,
): Promise<OverlayAction[]> {
  const find = (): DocumentProblem[] => [
    // openapi-generator, which is not written in Go, interprets such values as intended.
    ...(generator.name === 'openapi-generator' ? [] : checkValues(document)),
    ...(generator.name === 'oapi-codegen' ? checkParameters(document, origins) : []),
    ...(collisions ? checkNames(document, origins) : []),
  ];
  const problems = find();
  const actions = fix ? problems.flatMap((problem) => problem.fix) : [];
  if (actions.length > 0) {
    const { applyActions } = await import('./bundling/overlay.js');
    applyActions(document, actions);
    rejectProblems(find(), origins);
  } else rejectProblems(problems, origins);
  return actions;
}

function readSource(workspaceRoot: string, path: string): Source | undefined {
  const { bytes, failure } = readRegularFile(join(workspaceRoot, path), { within: [workspaceRoot] });
  if (bytes !== undefined) return parseSource(path, bytes.toString('utf8'));
  if (failure.kind === 'missing') return undefined;
  throw goError('OPENAPI_DOCUMENT_INVALID', {
    what: `${path} cannot be read`,
    why: failure.why,
    remedy: 'use a regular file in the workspace',
  });
}

function missingFile(option: string, path: string): never {
  throw goError('OPTION_INVALID', {
    what: `the file ${path} does not exist`,
    why: `the option "${option}" is set to this path`,
    remedy: `use a path relative to the workspace root; {projectRoot} stands for the project folder`,
  });
}
