import { type FileLocation, formatLocation } from '@millwright/toolkit';
import type { Pointer } from './json.js';
import type { Place } from './references.js';
import type { Source } from './source.js';

/** Maps the parts of a bundled document to their original files. */
export class Origins {
  private readonly places = new Map<string, Place>();

  constructor(private readonly root: Source) {}

  add(bundled: Pointer, origin: Place): void {
    this.places.set(bundled.join('\0'), origin);
  }

  /** Records that a place in the bundle was moved. */
  move(from: Pointer, to: Pointer): void {
    this.add(to, this.placeOf(from));
  }

  /** Returns the original `file:line` of a place in the bundle. */
  of(pointer: Pointer): string {
    return formatLocation(this.locationOf(pointer));
  }

  /** Returns the file and line of a place in the bundle. */
  locationOf(pointer: Pointer): FileLocation {
    const { source, pointer: own } = this.placeOf(pointer);
    return locationIn(source, own);
  }

  private placeOf(pointer: Pointer): Place {
    for (let length = pointer.length; length > 0; length--) {
      const origin = this.places.get(pointer.slice(0, length).join('\0'));
      if (origin) return { ...origin, pointer: [...origin.pointer, ...pointer.slice(length)] };
    }
    return { source: this.root, pointer };
  }
}

/** Returns the file and line of a place in a document. */
export function locationIn(source: Source, pointer: Pointer): FileLocation {
  return { file: source.path, line: source.lineOf(pointer) };
}
