import { createContext, runInContext } from 'node:vm';
import {
  cloneDocument,
  expandedSize,
  type FileLocation,
  mergeInto,
  type MillwrightError,
} from '@millwright/toolkit';
import { JSONPathError, query } from 'json-p3';
import { goError } from '../../errors.js';
import { isObject, type JsonObject, type Pointer, valueAt } from '../document/json.js';
import { locationIn } from '../document/origins.js';
import type { Source } from '../document/source.js';
import type { OverlayAction } from './fix-overlay.js';

/** The maximum number of values that an overlay adds. Each action can add to everything that earlier ones added. */
const maxAddedValues = 1_000_000;

/** The maximum number of `..` in a target. Each further one selects a place again for each level above it. */
const maxDescents = 2;

/** The time limit for an overlay, in milliseconds. Large ones take less than a second. */
const patience = 30_000;

/**
 * Applies the actions of an Overlay (OpenAPI Overlay Specification 1.0) to a document, in order.
 * @param milliseconds the time limit: regular expressions of a target can take forever
 * @throws MillwrightError OVERLAY_INVALID if the file is not an overlay or exceeds a limit, OVERLAY_UNMATCHED if an
 * action matches nothing
 */
export function applyOverlay(document: JsonObject, overlay: Source, milliseconds = patience): void {
  const context = createContext({
    run: () => {
      applyFile(document, overlay);
    },
  });
  try {
    // Only a context with a timeout can interrupt a function, including a regular expression.
    runInContext('run()', context, { timeout: milliseconds });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
    throw goError('OVERLAY_INVALID', {
      what: 'the overlay takes too long to apply',
      location: { file: overlay.path },
      why: `its actions take more than ${milliseconds / 1_000} seconds`,
      remedy:
        'simplify the JSONPath targets of its actions (for example, avoid `..`), or split it into several overlays',
    });
  }
}

/** Applies actions that this package made, which need no limits. */
export function applyActions(document: JsonObject, actions: readonly OverlayAction[]): void {
  const at = { file: 'the overlay that --fix writes' };
  for (const { target, update: change } of actions) {
    for (const place of select(document, target, at)) {
      if (change === undefined) remove(document, place);
      else update(document, place, change, at);
    }
  }
}

function applyFile(document: JsonObject, overlay: Source): void {
  let added = 0;
  for (const [index, action] of actionsOf(overlay).entries()) {
    const at = locationIn(overlay, ['actions', String(index)]);
    const places = select(document, action.target, at);
    if (places.length === 0) {
      throw goError('OVERLAY_UNMATCHED', {
        what: 'an overlay action matches nothing',
        location: at,
        why: `${action.target} selects no part of the document`,
      });
    }
    if (!action.remove) added += places.length * expandedSize(action.update);
    if (added > maxAddedValues) {
      throw goError('OVERLAY_INVALID', {
        what: 'an overlay action adds too many values',
        location: at,
        why: `the overlay adds more than ${maxAddedValues.toLocaleString('en')} values to the document`,
      });
    }
    // In reverse, so that removing an item does not move the remaining ones.
    for (const place of places.reverse()) {
      if (action.remove) remove(document, place);
      else update(document, place, action.update, at);
    }
  }
}

interface Action {
  readonly target: string;
  readonly remove: boolean;
  readonly update: unknown;
}

function actionsOf(overlay: Source): Action[] {
  const { data } = overlay;
  const invalid = (pointer: Pointer, why: string) =>
    goError('OVERLAY_INVALID', {
      what: 'the file is not a valid OpenAPI overlay',
      location: locationIn(overlay, pointer),
      why,
    });
  if (!isObject(data) || typeof data.overlay !== 'string') throw invalid([], 'it has no field "overlay"');
  if (!/^1\.0(\.|$)/.test(data.overlay)) {
    throw invalid(['overlay'], `its version is ${data.overlay}; only 1.0 is supported`);
  }
  if (!Array.isArray(data.actions) || data.actions.length === 0) throw invalid([], 'it has no actions');
  return data.actions.map((action: unknown, index) => {
    const place = ['actions', String(index)];
    if (!isObject(action) || typeof action.target !== 'string')
      throw invalid(place, 'the action has no target');
    const isRemoval = action.remove === true;
    if (!isRemoval && action.update === undefined) {
      throw invalid(place, 'the action has neither an update nor "remove: true"');
    }
    return { target: action.target, remove: isRemoval, update: action.update };
  });
}

function select(document: JsonObject, target: string, at: FileLocation): Pointer[] {
  try {
    const descents = target.replace(quoted, '').split('..').length - 1;
    if (descents > maxDescents) throw badTarget(target, at, `it has more than ${maxDescents} ".."`);
    const found = query(target, document as Parameters<typeof query>[1]);
    return [...found].map(({ location }) => location.map(String));
  } catch (error) {
    // The library recurses for each level of a condition, and can exhaust the call stack.
    if (!(error instanceof JSONPathError || error instanceof RangeError)) throw error;
    throw badTarget(target, at, error instanceof RangeError ? 'it is nested too deeply' : error.message);
  }
}

/** The text literals of a JSONPath (RFC 9535, `string-literal`); one that is not closed goes to the end. */
const quoted = /'(?:\\[^]|[^'\\])*'?|"(?:\\[^]|[^"\\])*"?/g;

function badTarget(target: string, at: FileLocation, why: string): MillwrightError {
  return goError('OVERLAY_INVALID', {
    what: `invalid JSONPath target: ${target}`,
    location: at,
    why,
    remedy: 'use JSONPath syntax (RFC 9535), such as $.paths["/oauth/list"].get',
  });
}

function remove(document: JsonObject, place: Pointer): void {
  const parent = valueAt(document, place.slice(0, -1));
  const last = place.at(-1) ?? '';
  if (Array.isArray(parent)) parent.splice(Number(last), 1);
  // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- the document is data with arbitrary keys
  else if (isObject(parent)) delete parent[last];
}

function update(document: JsonObject, place: Pointer, change: unknown, at: FileLocation): void {
  const node = valueAt(document, place);
  if (Array.isArray(node)) node.push(cloneDocument(change));
  else if (isObject(node) && isObject(change)) mergeInto(node, change);
  else {
    throw goError('OVERLAY_INVALID', {
      what: `an overlay action cannot update ${place.join('.')}`,
      location: at,
      why: isObject(node)
        ? 'an object can only be updated with an object'
        : 'the target must be an object or a list',
    });
  }
}
