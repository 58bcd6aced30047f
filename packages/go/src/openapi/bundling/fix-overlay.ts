import { parseDocument, isMap, isSeq, stringify } from 'yaml';
import { yamlOptions } from '@millwright/toolkit';
import { type JsonObject, type Pointer, valueAt } from '../document/json.js';

/** The file that --fix writes, in the project's folder. */
export const fixFile = 'openapi-fixes.yaml';

/** Returns the path of the file that --fix writes, relative to the workspace root. */
export function fixPath(projectRoot: string): string {
  return projectRoot === '.' ? fixFile : `${projectRoot}/${fixFile}`;
}

/** An action of an overlay (OpenAPI Overlay Specification 1.0, "Action Object"). */
export interface OverlayAction {
  readonly target: string;
  readonly description?: string;
  readonly update?: JsonObject;
  readonly remove?: true;
}

/** Returns the normalized JSONPath (RFC 9535, 2.7) of a place in a document. */
export function jsonPathOf(document: JsonObject, pointer: Pointer): string {
  return pointer.reduce((path, step, depth) => {
    const isItem = Array.isArray(valueAt(document, pointer.slice(0, depth)));
    return `${path}[${isItem ? step : `'${step.replace(/[\\']/g, '\\$&')}'`}]`;
  }, '$');
}

/** Returns the action that gives the schema or parameter at a place another name in Go. */
export function renaming(
  document: JsonObject,
  pointer: Pointer,
  keyword: 'x-go-name' | 'x-go-type-name',
  name: string,
): OverlayAction {
  return { target: jsonPathOf(document, pointer), update: { [keyword]: name } };
}

/**
 * Adds actions to the text of an overlay.
 * @param existing the overlay, whose actions and comments are kept; undefined to start a new one
 * @returns YAML
 */
export function withActions(existing: string | undefined, actions: readonly OverlayAction[]): string {
  const document = parseDocument(existing ?? '', yamlOptions);
  const list = isMap(document.contents) ? document.get('actions') : undefined;
  if (!isSeq(list)) {
    const info = { title: 'Names and corrections for the Go client', version: '1.0.0' };
    const comment = '# Written by go-openapi-generate with --fix. It can be edited and is kept.\n';
    return comment + stringify({ overlay: '1.0.0', info, actions }, { lineWidth: 0 });
  }
  for (const action of actions) list.add(document.createNode(action));
  return document.toString({ lineWidth: 0 });
}
