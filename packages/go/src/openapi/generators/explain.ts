import { bareName, goName } from '../document/go-names.js';
import type { Operation } from '../document/document.js';
import { isObject, type JsonObject, type Pointer } from '../document/json.js';
import type { Origins } from '../document/origins.js';
import { componentsOf } from '../document/reachable.js';

/** A line of what go build or go vet says. */
export interface GoError {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

/** The errors in what Go printed; lines that continue one belong to it. */
export function parseGoErrors(output: string): GoError[] {
  return output.split('\n').flatMap((text) => {
    const match = /^(?:vet: )?(\S[^:]*\.go):(\d+)(?::\d+)?: (.*)$/.exec(text);
    return match ? [{ file: match[1] ?? '', line: Number(match[2]), message: match[3] ?? '' }] : [];
  });
}

/** An operation or a component. */
interface Part {
  readonly what: string;
  readonly pointer: Pointer;
}

/** Says which part of a document a line of generated code came from, where that is to be seen. */
export class Explanation {
  private readonly byName = new Map<string, Part>();
  private readonly components: (Part & { readonly goName: string })[] = [];

  constructor(
    private readonly document: JsonObject,
    operations: readonly Operation[],
    private readonly origins: Origins,
  ) {
    for (const { method, path, id, pointer } of operations) {
      const name = goName(id ?? `${method.toLowerCase()}${path.replaceAll('/', '-')}`);
      this.byName.set(bareName(name), { what: `${method} ${path}`, pointer });
    }
    // Of a schema and an operation that share a name, the declaration of that name is the schema's.
    for (const [section, what] of [
      ['parameters', 'parameter'],
      ['requestBodies', 'request body'],
      ['responses', 'response'],
      ['schemas', 'schema'],
    ] as const) {
      for (const [name] of componentsOf(document, section)) {
        const part = { what: `${what} ${name}`, pointer: ['components', section, name] };
        this.byName.set(bareName(goName(name)), part);
        this.components.push({ ...part, goName: goName(name) });
      }
    }
  }

  /**
   * @param code the generated file's text
   * @param line the line, from 1
   * @returns such as `schema Pet (openapi.yaml:12)`
   */
  of(code: string, line: number): string | undefined {
    const name = declarationAt(code.split('\n'), line);
    return name === undefined ? undefined : this.ofName(name);
  }

  /** What a name in generated code came from: its own, or one that it is made of. */
  ofName(name: string): string | undefined {
    const bare = bareName(name);
    const stem = bare.replace(/^(new|parse|api)/, '');
    const whole = this.byName.get(bare) ?? this.byName.get(stem);
    const found = whole ?? this.longestWithin(stem);
    return found && this.shown(found);
  }

  /** All components that are called by a name in Go. */
  bearersOf(name: string): string[] {
    return this.components.filter((part) => part.goName === name).map((part) => this.shown(part));
  }

  /** All schemas within components that a generator gives a name made of the names on the way to them. */
  innerBearersOf(name: string): string[] {
    return componentsOf(this.document, 'schemas').flatMap(([schema, value]) =>
      this.innerBearers(name, value, goName(schema), ['components', 'schemas', schema]),
    );
  }

  private innerBearers(name: string, schema: unknown, madeName: string, pointer: Pointer): string[] {
    const properties = isObject(schema) && isObject(schema.properties) ? schema.properties : {};
    return Object.entries(properties).flatMap(([property, inner]) => {
      const made = `${madeName}${goName(property)}`;
      if (!name.startsWith(made) || (isObject(inner) && '$ref' in inner)) return [];
      const at = [...pointer, 'properties', property];
      if (made === name) return [`the property ${property} of ${pointer[2] ?? ''} (${this.origins.of(at)})`];
      return this.innerBearers(name, inner, made, at);
    });
  }

  private shown({ what, pointer }: Part): string {
    return `${what} (${this.origins.of(pointer)})`;
  }

  private longestWithin(name: string): Part | undefined {
    const candidates = [...this.byName].filter(([known]) => known.length > 2 && name.startsWith(known));
    return candidates.sort(([a], [b]) => b.length - a.length)[0]?.[1];
  }
}

/** The name that the declaration around a line declares. */
function declarationAt(lines: readonly string[], line: number): string | undefined {
  for (let index = Math.min(line, lines.length) - 1; index >= 0; index--) {
    const text = lines[index] ?? '';
    const match = /^(?:func (?:\([^)]*\) )?|type |var |const )(\w+)/.exec(text);
    if (match) return match[1];
    if (/^[})]/.test(text) && index < line - 1) return undefined;
  }
  return undefined;
}
