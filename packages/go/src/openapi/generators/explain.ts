import { typeProblems } from '../checks/name-problems.js';
import type { DocumentProblem } from '../checks/problems.js';
import { bareName, goName } from '../document/go-names.js';
import type { Operation } from '../document/document.js';
import type { JsonObject, Pointer } from '../document/json.js';
import type { Origins } from '../document/origins.js';
import { componentsOf } from '../document/reachable.js';

/** An error of go build or go vet. */
export interface GoError {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

/** Parses the errors in Go's output. Continuation lines are ignored. */
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

/** Determines which part of a document a line of generated code came from, if possible. */
export class Explanation {
  private readonly byName = new Map<string, Part>();
  private readonly components: (Part & { readonly goName: string })[] = [];

  constructor(
    private readonly document: JsonObject,
    operations: readonly Operation[],
    readonly origins: Origins,
  ) {
    for (const { method, path, id, pointer } of operations) {
      const name = goName(id ?? `${method.toLowerCase()}${path.replaceAll('/', '-')}`);
      this.byName.set(bareName(name), { what: `${method} ${path}`, pointer });
    }
    // If a schema and an operation share a name, the declaration with that name belongs to the schema.
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
   * @param code the text of the generated file
   * @param line the line, starting at 1
   * @returns for example `schema Pet (openapi.yaml:12)`
   */
  of(code: string, line: number): string | undefined {
    const name = declarationAt(code.split('\n'), line);
    return name === undefined ? undefined : this.ofName(name);
  }

  /**
   * Returns the origin of a name in generated code: a part with that name, or the one from whose name it is
   * derived.
   */
  ofName(name: string): string | undefined {
    const bare = bareName(name);
    const stem = bare.replace(/^(new|parse|api)/, '');
    const whole = this.byName.get(bare) ?? this.byName.get(stem);
    const found = whole ?? this.longestWithin(stem);
    return found && this.shown(found);
  }

  /** Returns all components with a Go name. */
  componentsNamed(name: string): string[] {
    return this.components.filter((part) => part.goName === name).map((part) => this.shown(part));
  }

  /** Returns the collisions between names of types, that of a name first. Empty if it has none. */
  collisionsWith(name: string): DocumentProblem[] {
    const all = typeProblems(this.document, this.origins);
    const isOfName = ({ goName: own }: DocumentProblem) => own === name;
    return all.some(isOfName) ? [...all.filter(isOfName), ...all.filter((one) => !isOfName(one))] : [];
  }

  private shown({ what, pointer }: Part): string {
    return `${what} (${this.origins.of(pointer)})`;
  }

  private longestWithin(name: string): Part | undefined {
    const candidates = [...this.byName].filter(([known]) => known.length > 2 && name.startsWith(known));
    return candidates.sort(([a], [b]) => b.length - a.length)[0]?.[1];
  }
}

/** Returns the name in the declaration that contains a line. */
function declarationAt(lines: readonly string[], line: number): string | undefined {
  for (let index = Math.min(line, lines.length) - 1; index >= 0; index--) {
    const text = lines[index] ?? '';
    const match = /^(?:func (?:\([^)]*\) )?|type |var |const )(\w+)/.exec(text);
    if (match) return match[1];
    if (/^[})]/.test(text) && index < line - 1) return undefined;
  }
  return undefined;
}
