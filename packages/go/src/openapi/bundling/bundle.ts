import { cloneDocument, expandedSize } from '@millwright/toolkit';
import { goError } from '../../errors.js';
import { ComponentNames, type Rename } from './component-names.js';
import { fragmentOf, isObject, type JsonObject, type Pointer, valueAt } from '../document/json.js';
import { locationIn, Origins } from '../document/origins.js';
import {
  aliasTargets,
  isReference,
  keyOf,
  type Place,
  resolveReference,
  withoutReference,
} from '../document/references.js';
import { entriesOfMap, expandSections, textOf } from './map-references.js';
import { childOf, componentOf, isExtension, isOfOtherKind, type Kind, sections } from '../document/shape.js';
import type { Source } from '../document/source.js';

/** A description bundled into one document. */
export interface Bundle {
  readonly document: JsonObject;
  /** All files that were read, relative to the workspace root, sorted. */
  readonly files: readonly string[];
  readonly renames: readonly Rename[];
  readonly origins: Origins;
}

/**
 * Bundles a description and the files that it refers to into one document. Components keep their names,
 * everything else is inlined.
 * @param root the root file of the description
 * @param open reads a file, relative to the workspace root; returns undefined if it does not exist
 * @param renames `report` renames a component whose name is taken, `refuse` rejects it
 * @throws MillwrightError OPENAPI_REF_MISSING, OPENAPI_REF_RENAMED, OPENAPI_SCHEMA_CYCLE,
 * OPENAPI_DOCUMENT_INVALID
 */
export function bundle(
  root: Source,
  open: (path: string) => Source | undefined,
  renames: 'refuse' | 'report',
): Bundle {
  return new Bundler(root, open, renames).run();
}

class Bundler {
  private readonly sources = new Map<string, Source>();
  /** Maps places of other files, by key, to their fragment in the bundle. */
  private readonly placed = new Map<string, string>();
  private readonly added: Record<string, JsonObject> = {};
  private readonly names: ComponentNames;
  private readonly origins: Origins;
  /** The places that are currently being inlined, to detect circular ones. */
  private readonly inlining: string[] = [];
  /** The number of values in the files read so far. */
  private values = 0;
  /** The number of inlined objects. */
  private inlined = 0;

  constructor(
    private readonly root: Source,
    private readonly open: (path: string) => Source | undefined,
    renames: 'refuse' | 'report',
  ) {
    this.names = new ComponentNames(root, renames, this.resolve);
    this.origins = new Origins(root);
    this.register(root);
  }

  run(): Bundle {
    this.claimAliases();
    const document = this.copy(
      this.root.data,
      'document',
      { source: this.root, pointer: [] },
      [],
    ) as JsonObject;
    const components = isObject(document.components) ? document.components : {};
    // Path items are inlined.
    delete components.pathItems;
    for (const [section, entries] of Object.entries(this.added)) {
      components[section] = { ...(isObject(components[section]) ? components[section] : {}), ...entries };
    }
    if (Object.keys(this.added).length > 0) document.components = components;
    const files = [...this.sources.keys()].sort();
    return { document, files, renames: this.names.renamed, origins: this.origins };
  }

  /**
   * Registers aliases: with `Pet: { $ref: "other.yaml#/components/schemas/Pet" }`, the root's Pet stands
   * for the other file's.
   */
  private claimAliases(): void {
    const claims = new Map<string, string>();
    for (const section of Object.values(sections)) {
      const entries = valueAt(this.root.data, ['components', section]);
      for (const [name, entry] of Object.entries(isObject(entries) ? entries : {})) {
        const pointer = ['components', section, name];
        for (const target of aliasTargets(entry, { source: this.root, pointer }, this.resolve)) {
          const key = keyOf(target);
          // If there are several aliases, the one with the component's own name wins.
          if (!claims.has(key) || target.pointer.at(-1) === name) claims.set(key, fragmentOf(pointer));
        }
      }
    }
    for (const [key, fragment] of claims) this.placed.set(key, fragment);
  }

  private copy(node: unknown, kind: Kind, at: Place, out: Pointer): unknown {
    if (!isObject(node)) return node;
    if (this.inlining.length > 0) this.countInlined(at);
    if (isReference(node)) return this.copyReference(node, kind, at, out);
    return this.copyMembers(node, kind, at, out);
  }

  private copyMembers(node: JsonObject, kind: Kind, at: Place, out: Pointer): JsonObject {
    const result: JsonObject = {};
    for (const [key, value] of Object.entries(node)) {
      const child = childOf(kind, key);
      const inner = (name: string): [Place, Pointer] => [
        { source: at.source, pointer: [...at.pointer, key, name] },
        [...out, key, name],
      ];
      if (child === undefined) {
        if (kind === 'schema' && key === 'discriminator') result[key] = this.copyMapping(value, at);
        else result[key] = cloneDocument(key === 'description' ? textOf(value, at, this.resolve) : value);
      } else if (child.form === 'one') {
        result[key] = this.copy(value, child.kind, { ...at, pointer: [...at.pointer, key] }, [...out, key]);
      } else if (Array.isArray(value)) {
        result[key] = value.map((item, index) => this.copy(item, child.kind, ...inner(String(index))));
      } else if (isObject(value)) {
        const copyEntry = ([name, item]: [string, unknown]) =>
          isExtension(kind, key, name) ? cloneDocument(item) : this.copy(item, child.kind, ...inner(name));
        const entries = entriesOfMap(value, { ...at, pointer: [...at.pointer, key] }, this.resolve);
        result[key] = Object.fromEntries(
          Object.entries(entries).map((entry) => [entry[0], copyEntry(entry)]),
        );
      } else result[key] = value;
    }
    return result;
  }

  private copyReference(node: JsonObject & { $ref: string }, kind: Kind, at: Place, out: Pointer): unknown {
    const target = this.resolve(node.$ref, at);
    const isOwn = this.placed.get(keyOf(target)) === fragmentOf(out);
    const isInlined = isOwn || sections[kind] === undefined || isOfOtherKind(target.pointer, kind);
    if (isInlined) return this.inline(node, target, kind, out);
    return { ...this.copyMembers(withoutReference(node), kind, at, out), $ref: this.place(target, kind) };
  }

  /** Limits inlining. Inlined references can double the document at each step. */
  private countInlined(at: Place): void {
    this.inlined++;
    const limit = Math.max(20_000, 4 * this.values);
    if (this.inlined <= limit && this.inlining.length <= deepestInlining) return;
    throw goError('OPENAPI_DOCUMENT_INVALID', {
      what: 'the document is too large after its references are inlined',
      location: locationIn(at.source, at.pointer),
      why:
        this.inlined > limit
          ? `inlined references add more than ${limit} objects`
          : `inlined references are nested more than ${deepestInlining} deep`,
      remedy: 'use fewer references to path items',
    });
  }

  /** Inlines the target of a reference. */
  private inline(node: JsonObject, target: Place, kind: Kind, out: Pointer): unknown {
    const key = keyOf(target);
    if (this.inlining.includes(key)) {
      throw goError('OPENAPI_SCHEMA_CYCLE', {
        what: 'a path item or component refers to itself',
        location: locationIn(target.source, target.pointer),
        why: `circular reference: ${[...this.inlining, key].join(' → ')}`,
        remedy: 'remove one of the references in the cycle, or replace it with a definition',
      });
    }
    this.inlining.push(key);
    this.origins.add(out, target);
    const copied = this.copy(valueAt(target.source.data, target.pointer), kind, target, out);
    this.inlining.pop();
    return isObject(copied) ? { ...copied, ...withoutReference(node) } : copied;
  }

  /** Returns the reference to a place in the bundle. Adds the place as a component if necessary. */
  private place(target: Place, kind: Kind): string {
    const known = this.placed.get(keyOf(target));
    if (known !== undefined) return known;
    if (target.source === this.root) return fragmentOf(target.pointer);
    const owner = componentOf(target.pointer);
    if (owner && owner.pointer.length < target.pointer.length) {
      const rest = fragmentOf(target.pointer.slice(owner.pointer.length)).slice(1);
      return `${this.place({ ...target, pointer: owner.pointer }, owner.kind)}${rest}`;
    }
    return this.hoist(target, kind);
  }

  private hoist(target: Place, kind: Kind): string {
    const section = sections[kind];
    if (section === undefined) throw new Error(`components have no section for a ${kind}`);
    const { name, isNew } = this.names.assign(section, target);
    const out = ['components', section, name];
    const fragment = fragmentOf(out);
    this.placed.set(keyOf(target), fragment);
    if (!isNew) return fragment;
    this.origins.add(out, target);
    // Without a prototype, because a file can be named `__proto__.yaml`.
    const entries = (this.added[section] ??= Object.create(null) as JsonObject);
    // Reserves its position: components are ordered by their first use.
    entries[name] = undefined;
    entries[name] = this.copy(valueAt(target.source.data, target.pointer), kind, target, out);
    return fragment;
  }

  /**
   * Copies a discriminator. The values of its mapping are references, or names of schemas in the same file.
   */
  private copyMapping(discriminator: unknown, at: Place): unknown {
    if (!isObject(discriminator) || !isObject(discriminator.mapping)) return cloneDocument(discriminator);
    const mapping = Object.entries(discriminator.mapping).map(([value, target]) => [
      value,
      typeof target === 'string' ? this.mapped(target, at) : target,
    ]);
    return { ...cloneDocument(discriminator), mapping: Object.fromEntries(mapping) as JsonObject };
  }

  private mapped(target: string, at: Place): string {
    if (/[#/]|\.(ya?ml|json)$/.test(target)) return this.place(this.resolve(target, at), 'schema');
    const named = { source: at.source, pointer: ['components', 'schemas', target] };
    const isSchema = valueAt(at.source.data, named.pointer) !== undefined;
    return isSchema && at.source !== this.root ? this.place(named, 'schema') : target;
  }

  private readonly resolve = (reference: string, at: Place): Place =>
    resolveReference(reference, at, (path) => {
      const known = this.sources.get(path) ?? this.open(path);
      if (known && !this.sources.has(path)) this.register(known);
      return known;
    });

  private register(source: Source): void {
    this.sources.set(source.path, source);
    this.values += expandedSize(source.data);
    expandSections(source, this.resolve);
  }
}

const deepestInlining = 100;
