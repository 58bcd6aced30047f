import { formatLocation } from '@millwright/toolkit';
import { goError } from '../../errors.js';
import { valueAt } from '../document/json.js';
import { locationIn } from '../document/origins.js';
import { isReference, keyOf, type Place } from '../document/references.js';
import type { Source } from '../document/source.js';

/** A component that was renamed because its name was taken. */
export interface Rename {
  readonly from: string;
  readonly to: string;
  /** Its definition, as `file:line`. */
  readonly at: string;
}

/** Assigns names to components from other files. */
export class ComponentNames {
  readonly renamed: Rename[] = [];
  /** Components from other files, by `section/name`. */
  private readonly taken = new Map<string, Place>();

  /**
   * @param root the root document, whose components keep their names
   * @param renames `report` renames a component whose name is taken, `refuse` rejects it
   * @param resolve resolves a reference at a place
   */
  constructor(
    private readonly root: Source,
    private readonly renames: 'refuse' | 'report',
    private readonly resolve: (reference: string, at: Place) => Place,
  ) {}

  /**
   * Returns the name for a component of another file.
   * @returns isNew is false if the document already has the same component under that name
   * @throws MillwrightError OPENAPI_REF_RENAMED
   */
  assign(section: string, target: Place): { name: string; isNew: boolean } {
    const preferred = componentName(target);
    const existing = this.existing(section, preferred);
    if (existing && this.isSame(target, existing)) return { name: preferred, isNew: false };
    const name = existing ? this.otherName(section, preferred, target, existing) : preferred;
    this.taken.set(`${section}/${name}`, target);
    return { name, isNew: true };
  }

  /** Returns the component that already has a name. */
  private existing(section: string, name: string): Place | undefined {
    const pointer = ['components', section, name];
    if (valueAt(this.root.data, pointer) !== undefined) return { source: this.root, pointer };
    return this.taken.get(`${section}/${name}`);
  }

  private otherName(section: string, preferred: string, target: Place, existing: Place): string {
    const line = (place: Place) => formatLocation(locationIn(place.source, place.pointer));
    if (this.renames === 'refuse') {
      throw goError('OPENAPI_REF_RENAMED', {
        what: `two files define different ${section} with the name ${preferred}`,
        location: locationIn(target.source, target.pointer),
        why: `the first definition is at ${line(existing)}`,
      });
    }
    let count = 2;
    while (this.existing(section, `${preferred}_${count}`) !== undefined) count++;
    const to = `${preferred}_${count}`;
    this.renamed.push({ from: preferred, to, at: line(target) });
    return to;
  }

  /** Returns true if two components are equal, with their references resolved from their own files. */
  private isSame(one: Place, other: Place): boolean {
    const [value, otherValue] = [one, other].map(({ source, pointer }) => valueAt(source.data, pointer));
    if (isReference(value) && isReference(otherValue)) {
      return keyOf(this.resolve(value.$ref, one)) === keyOf(this.resolve(otherValue.$ref, other));
    }
    if (typeof value !== 'object' || value === null) return value === otherValue;
    if (typeof otherValue !== 'object' || otherValue === null) return false;
    const keys = Object.keys(value);
    const step = (place: Place, key: string) => ({ ...place, pointer: [...place.pointer, key] });
    return (
      Array.isArray(value) === Array.isArray(otherValue) &&
      keys.length === Object.keys(otherValue).length &&
      keys.every((key) => Object.hasOwn(otherValue, key) && this.isSame(step(one, key), step(other, key)))
    );
  }
}

/**
 * Returns a component's name, or the name of its file if the file is the component. Invalid characters are
 * replaced.
 */
function componentName({ source, pointer }: Place): string {
  const file = source.path.split('/').at(-1) ?? '';
  const name = pointer.at(-1) ?? file.replace(/\.[^.]*$/, '');
  return name.replace(/[^A-Za-z0-9._-]/g, '_');
}
