import { requiresTest } from './conditions.js';
import type { InlineModule, ModuleDeclaration, ModulePath } from './facts.js';
import type { Reading } from './reading.js';

/** The modules that a source declares: `mod name;` with the inline modules and the `#[path]` attributes around it. */
export class ModuleRules {
  readonly modules: ModuleDeclaration[] = [];
  /** Whether a macro declares modules under names or in places that only its calls tell. */
  isUnknown = false;
  private readonly around: { readonly module: InlineModule; readonly end: number }[] = [];
  /** The `#[path]` attributes before the position. */
  private pending: ModulePath[] = [];
  private skipUntil = 0;

  constructor(private readonly reading: Reading) {}

  apply(index: number): void {
    const { reading } = this;
    while ((this.around.at(-1)?.end ?? Infinity) < index) this.around.pop();
    if (index < this.skipUntil) return;
    if (reading.is(index, '#')) this.attribute(index);
    else if (reading.is(index, 'mod')) this.module(index);
    else if (reading.is(index, 'pub') && reading.is(index + 1, '('))
      this.skipTo(reading.closingOf(index + 1));
    else if (reading.is(index, '$')) this.skipTo(index + 1);
    else if (!reading.is(index, 'pub') && !reading.is(index, 'unsafe')) this.pending = [];
  }

  /** Goes on behind a token. */
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
    // A macro may put the name together: `mod $name;`, and with the crate paste `mod [<$name _tests>];`.
    const isMade = reading.is(index + 1, '$') || reading.is(index + 1, '[');
    const after = reading.is(index + 1, '[') ? reading.closingOf(index + 1) + 1 : index + (isMade ? 3 : 2);
    const name = isMade ? undefined : reading.identifier(index + 1);
    if (!isMade && name === undefined) return;
    if (reading.is(after, '{')) {
      this.around.push({ module: { name: name ?? '', paths: pending }, end: reading.closingOf(after) });
    } else if (reading.is(after, ';')) {
      const within = this.around.map(({ module }) => module);
      if (name === undefined || reading.inDefinition || within.some((module) => module.name === '')) {
        this.isUnknown = true;
      }
      if (name === undefined) return;
      this.modules.push({ name, within, paths: pending, inCall: reading.inCall, ...reading.place });
    }
  }
}
