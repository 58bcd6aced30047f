import { formatLocation } from '@millwright/toolkit';
import { goError } from '../../errors.js';
import { valueAt } from '../document/json.js';
import { locationIn } from '../document/origins.js';
import { isReference, keyOf, type Place } from '../document/references.js';
import type { Source } from '../document/source.js';

/** A component that could not keep its name, since another one bears it. */
export interface Rename {
  readonly from: string;
  readonly to: string;
  /** Where it is defined, as `file:line`. */
  readonly at: string;
}

/** The names of the components that come to the document from other files. */
export class ComponentNames {
  readonly renamed: Rename[] = [];
  /** What came from elsewhere, by `section/name`. */
  private readonly taken = new Map<string, Place>();

  /**
   * @param root the document, whose components keep their names
   * @param renames whether a component whose name is taken gets another one, or is refused
   * @param resolve where a reference at a place leads
   */
  constructor(
    private readonly root: Source,
    private readonly renames: 'refuse' | 'report',
    private readonly resolve: (reference: string, at: Place) => Place,
  ) {}

  /**
   * The name of a component of another file.
   * @returns isNew is false where the document has the same component under that name already
   * @throws MillwrightError OPENAPI_REF_RENAMED
   */
  take(section: string, target: Place): { name: string; isNew: boolean } {
    const wanted = componentName(target);
    const standing = this.standing(section, wanted);
    if (standing && this.isSame(target, standing)) return { name: wanted, isNew: false };
    const name = standing ? this.otherName(section, wanted, target, standing) : wanted;
    this.taken.set(`${section}/${name}`, target);
    return { name, isNew: true };
  }

  /** What bears a name already. */
  private standing(section: string, name: string): Place | undefined {
    const pointer = ['components', section, name];
    if (valueAt(this.root.data, pointer) !== undefined) return { source: this.root, pointer };
    return this.taken.get(`${section}/${name}`);
  }

  private otherName(section: string, wanted: string, target: Place, standing: Place): string {
    const line = (place: Place) => formatLocation(locationIn(place.source, place.pointer));
    if (this.renames === 'refuse') {
      throw goError('OPENAPI_REF_RENAMED', {
        what: `two different ${section} are called ${wanted}`,
        location: locationIn(target.source, target.pointer),
        why: `${line(standing)} already defines that name`,
      });
    }
    let count = 2;
    while (this.standing(section, `${wanted}_${count}`) !== undefined) count++;
    const to = `${wanted}_${count}`;
    this.renamed.push({ from: wanted, to, at: line(target) });
    return to;
  }

  /** Whether two components say the same, references of each followed from its own file. */
  private isSame(one: Place, other: Place): boolean {
    const [value, wanted] = [one, other].map(({ source, pointer }) => valueAt(source.data, pointer));
    if (isReference(value) && isReference(wanted)) {
      return keyOf(this.resolve(value.$ref, one)) === keyOf(this.resolve(wanted.$ref, other));
    }
    if (typeof value !== 'object' || value === null) return value === wanted;
    if (typeof wanted !== 'object' || wanted === null) return false;
    const keys = Object.keys(value);
    const step = (place: Place, key: string) => ({ ...place, pointer: [...place.pointer, key] });
    return (
      Array.isArray(value) === Array.isArray(wanted) &&
      keys.length === Object.keys(wanted).length &&
      keys.every((key) => Object.hasOwn(wanted, key) && this.isSame(step(one, key), step(other, key)))
    );
  }
}

/** A component's own name; that of the file where it is a file by itself. Its characters are those of OpenAPI. */
function componentName({ source, pointer }: Place): string {
  const file = source.path.split('/').at(-1) ?? '';
  const name = pointer.at(-1) ?? file.replace(/\.[^.]*$/, '');
  return name.replace(/[^A-Za-z0-9._-]/g, '_');
}
