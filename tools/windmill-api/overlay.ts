/** An action of an OpenAPI overlay (1.0), whose target is a path of members: `$['a']['b']`. */
export interface OverlayAction {
  readonly target: string;
  readonly description?: string;
  readonly remove?: boolean;
  readonly update?: unknown;
}

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Members = Record<string, Json>;

/**
 * Applies actions to a document in place: `remove` deletes the target, `update` merges into it.
 * @throws Error if a target of an action does not exist, which tells that upstream has changed
 */
export function applyOverlay(document: Members, actions: readonly OverlayAction[]): void {
  for (const { target, remove, update } of actions) {
    const path = [...target.matchAll(/\['([^']+)'\]/g)].map(([, member]) => member ?? '');
    const parent = path
      .slice(0, -1)
      .reduce<Json | undefined>((value, key) => membersOf(value)?.[key], document);
    const members = membersOf(parent);
    const last = path.at(-1);
    if (members === undefined || last === undefined || !(last in members)) {
      throw new Error(`the overlay's target ${target} does not exist`);
    }
    if (remove === true) Reflect.deleteProperty(members, last);
    else merge(members[last], update as Json);
  }
}

function membersOf(value: Json | undefined): Members | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
}

function merge(target: Json | undefined, update: Json): void {
  const into = membersOf(target);
  const from = membersOf(update);
  if (into === undefined || from === undefined) throw new Error('an update merges objects');
  for (const [key, value] of Object.entries(from)) {
    if (
      membersOf(into[key]) &&
      membersOf(value) &&
      into[key] !== undefined &&
      !('type' in (value as Members))
    ) {
      merge(into[key], value);
    } else into[key] = value;
  }
}
