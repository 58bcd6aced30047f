import { type Event, EVENT_ID, getScalarValue } from 'js-yaml';
import type { Pointer } from './json.js';

/**
 * The line in a YAML or JSON text, from 1, where a place stands; as near to it as the text goes.
 * @param events what parsing the text came upon
 */
export function lineIn(text: string, events: readonly Event[], pointer: Pointer): number {
  const root = events.findIndex(({ type }) => type !== EVENT_ID.DOCUMENT);
  return text.slice(0, offsetOf(text, events, root, pointer)).split('\n').length;
}

function offsetOf(text: string, events: readonly Event[], root: number, pointer: Pointer): number {
  let at = root;
  let offset = startOf(events[at]);
  for (const step of pointer) {
    const child = childAt(text, events, at, step);
    if (child === undefined) return offset;
    ({ at, offset } = child);
  }
  return offset;
}

interface Place {
  /** The event that begins the value. */
  readonly at: number;
  /** Where a person looks for it: its key, or the value itself within a sequence. */
  readonly offset: number;
}

function childAt(text: string, events: readonly Event[], at: number, step: string): Place | undefined {
  const parent = events[at];
  let next = at + 1;
  if (parent?.type === EVENT_ID.SEQUENCE) {
    for (let index = 0; isValue(events[next]); index++) {
      if (String(index) === step) return { at: next, offset: startOf(events[next]) };
      next = after(events, next);
    }
  } else if (parent?.type === EVENT_ID.MAPPING) {
    while (isValue(events[next])) {
      const key = events[next];
      const value = after(events, next);
      if (key?.type === EVENT_ID.SCALAR && getScalarValue(text, key) === step)
        return { at: value, offset: startOf(key) };
      next = after(events, value);
    }
  }
  return undefined;
}

function isValue(event: Event | undefined): boolean {
  return event !== undefined && event.type !== EVENT_ID.POP;
}

/** The event behind a value and all that it holds. */
function after(events: readonly Event[], at: number): number {
  let depth = 0;
  for (let next = at; next < events.length; next++) {
    const type = events[next]?.type;
    if (type === EVENT_ID.MAPPING || type === EVENT_ID.SEQUENCE) depth++;
    else if (type === EVENT_ID.POP) depth--;
    if (depth === 0) return next + 1;
  }
  return events.length;
}

function startOf(event: Event | undefined): number {
  switch (event?.type) {
    case EVENT_ID.MAPPING:
    case EVENT_ID.SEQUENCE:
      return event.start;
    case EVENT_ID.SCALAR:
      return Math.max(event.valueStart, 0);
    case EVENT_ID.ALIAS:
      return event.anchorStart;
    default:
      return 0;
  }
}
