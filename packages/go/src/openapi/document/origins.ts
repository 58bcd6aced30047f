import type { Pointer } from './json.js';
import type { Place } from './references.js';
import type { Source } from './source.js';

/** Where the parts of a bundled document came from. */
export class Origins {
  private readonly places = new Map<string, Place>();

  constructor(private readonly root: Source) {}

  add(bundled: Pointer, origin: Place): void {
    this.places.set(bundled.join('\0'), origin);
  }

  /** The file and line, as `file:line`, of a place in the bundle. */
  of(pointer: Pointer): string {
    for (let length = pointer.length; length > 0; length--) {
      const origin = this.places.get(pointer.slice(0, length).join('\0'));
      if (origin) return lineAt(origin.source, [...origin.pointer, ...pointer.slice(length)]);
    }
    return lineAt(this.root, pointer);
  }
}

function lineAt(source: Source, pointer: Pointer): string {
  return `${source.path}:${source.lineOf(pointer)}`;
}
