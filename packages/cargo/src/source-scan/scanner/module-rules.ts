import { requiresTest } from '../tokens/conditions.js';
import type { InlineModule, ModuleDeclaration, ModulePath } from './facts.js';
import type { Reading } from '../tokens/reading.js';

/** Finds the modules that a source declares: `mod name;` with its inline modules and `#[path]` attributes. */
export class ModuleRules {
  readonly modules: ModuleDeclaration[] = [];
  /** Whether a macro declares modules whose names or places depend on its calls. */
  isUnknown = false;
  private readonly enclosing: { readonly module: InlineModule; readonly end: number }[] = [];
  /** The `#[path]` attributes before the current position. */
  private pending: ModulePath[] = [];
  private skipUntil = 0;

  constructor(private readonly reading: Reading) {}

  apply(index: number): void {
    const { reading } = this;
    while ((this.enclosing.at(-1)?.end ?? Infinity) < index) this.enclosing.pop();
    if (index < this.skipUntil) return;
    if (reading.is(index, '#')) this.attribute(index);
    else if (reading.is(index, 'mod')) this.module(index);
    else if (reading.is(index, 'pub') && reading.is(index + 1, '('))
      this.skipTo(reading.closingOf(index + 1));
    else if (reading.is(index, '$')) this.skipTo(index + 1);
    else if (!reading.is(index, 'pub') && !reading.is(index, 'unsafe')) this.pending = [];
  }

  /** Continues after a token. */
  private skipTo(index: number): void {
    this.skipUntil = index + 1;
  }

  private attribute(index: number): void {
    const { reading } = this;
    const open = reading.is(index + 1, '!') ? index + 2 : index + 1;
    if (!reading.is(open, '[')) return;
    const end = reading.closingOf(open);
    const name = reading.identifier(open + 1);
    if (name === 'path' || name === 'cfg_attr') {
      const { testOnly: inTest } = reading.place;
      const testOnly = inTest || (name === 'cfg_attr' && requiresTest(reading, open + 3));
      for (let at = open + 1; at < end; at++) {
        if (!reading.is(at, 'path') || !reading.is(at + 1, '=')) continue;
        const path = reading.string(at + 2);
        if (path === undefined) this.isUnknown = true;
        else this.pending.push({ path, always: name === 'path', testOnly });
      }
    }
    this.skipTo(end);
  }

  private module(index: number): void {
    const { reading, pending } = this;
    this.pending = [];
    // A macro may compute the name: `mod $name;`, or `mod [<$name _tests>];` with the crate paste.
    const hasComputedName = reading.is(index + 1, '$') || reading.is(index + 1, '[');
    const after = reading.is(index + 1, '[')
      ? reading.closingOf(index + 1) + 1
      : index + (hasComputedName ? 3 : 2);
    const name = hasComputedName ? undefined : reading.identifier(index + 1);
    if (!hasComputedName && name === undefined) return;
    if (reading.is(after, '{')) {
      this.enclosing.push({ module: { name: name ?? '', paths: pending }, end: reading.closingOf(after) });
    } else if (reading.is(after, ';')) {
      const within = this.enclosing.map(({ module }) => module);
      if (name === undefined || reading.inDefinition || within.some((module) => module.name === '')) {
        this.isUnknown = true;
      }
      if (name === undefined) return;
      this.modules.push({ name, within, paths: pending, inCall: reading.inCall, ...reading.place });
    }
  }
}
