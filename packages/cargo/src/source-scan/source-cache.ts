import { ReadBudget, readRegularFile, readWorkspaceState, writeWorkspaceState } from '@millwright/toolkit';
import { z } from 'zod';
import type { SourceRole } from './scanner/cargo-variables.js';
import { type Disk, sizeIn } from './disk.js';
import { noFacts, noRunReads, type SourceFacts } from './scanner/facts.js';
import { scanSource } from './scanner/sources.js';

const place = { line: z.number(), testOnly: z.boolean() };
const path = z.strictObject({ path: z.string(), always: z.boolean(), testOnly: z.boolean() });
const paths = z.array(path);
const names = z.array(z.string());
const variables = z.array(z.strictObject({ name: z.string(), ...place }));

/** The facts of a source, without empty fields. */
const packedFacts = z.strictObject({
  modules: z
    .array(
      z.strictObject({
        name: z.string(),
        within: z.array(z.strictObject({ name: z.string(), paths })),
        paths,
        inCall: z.boolean(),
        ...place,
      }),
    )
    .optional(),
  files: z
    .array(
      z.strictObject({
        path: z.string(),
        base: z.enum(['file', 'crate', 'workspace']),
        by: z.string(),
        certain: z.boolean(),
        inDefinition: z.boolean(),
        ...place,
      }),
    )
    .optional(),
  variables: variables.optional(),
  unresolved: z.array(z.strictObject({ by: z.string(), inDefinition: z.boolean(), ...place })).optional(),
  macros: names.optional(),
  defines: names.optional(),
  exports: names.optional(),
  unknownModules: z.enum(['own', 'exported']).optional(),
  exportsMacros: z.boolean().optional(),
  run: z
    .strictObject({
      paths: z
        .array(z.strictObject({ path: z.string(), by: z.string(), certain: z.boolean(), ...place }))
        .optional(),
      variables: variables.optional(),
      readsComputedNames: z.boolean().optional(),
      names: variables.optional(),
      touchesFiles: z.boolean().optional(),
      computed: z.boolean().optional(),
      declares: z.boolean().optional(),
      climbs: z.boolean().optional(),
    })
    .optional(),
});

type PackedFacts = z.output<typeof packedFacts>;

/** Increment the version when the scan's rules change: it invalidates earlier results. */
const cacheFormat = {
  name: 'sources',
  version: 6,
  schema: z.record(z.string(), z.tuple([z.string(), packedFacts])),
};

/** Facts of sources by role and path, each with the stamp of the file when it was scanned. */
export type SourceCache = z.output<typeof cacheFormat.schema>;

/** Larger sources are not scanned and count as reading any file. No hand-written source is that large. */
const maxSourceBytes = 4 * 1024 * 1024;

const tooLarge = unknownFacts('a source of more than 4 MiB');
const overBudget = unknownFacts('a source beyond the limit of a workspace');

function unknownFacts(by: string): SourceFacts {
  return {
    ...noFacts,
    unknownModules: 'own',
    unresolved: [{ by, line: 1, testOnly: false, inDefinition: false }],
  };
}

/** Reads the cached facts of an Nx workspace's sources. @param workspace its folder, absolute */
export function readSourceCache(workspace: string): SourceCache {
  return readWorkspaceState(workspace, cacheFormat) ?? {};
}

/** Writes the cached facts of sources. */
export function writeSourceCache(workspace: string, cache: SourceCache): void {
  writeWorkspaceState(workspace, cacheFormat, cache);
}

/** Facts of sources, cached between project graphs because few sources change in between. */
export class ScannedSources {
  private readonly entries: SourceCache = {};
  private readonly cachedFacts = new Map<string, SourceFacts>();
  changed = false;
  private readonly budget = new ReadBudget('sources of crates');

  constructor(
    private readonly disk: Disk,
    private readonly cache: SourceCache,
  ) {}

  /** Returns the cache entries of all sources that were scanned or reused. */
  localCache(): SourceCache {
    return this.entries;
  }

  /** Returns the facts of a source; undefined if it is not a readable regular file. */
  facts(path: string, role: SourceRole): SourceFacts | undefined {
    const key = `${role}:${path}`;
    const known = this.cachedFacts.get(key);
    if (known) return known;
    const stamp = this.disk.stampOf(path);
    if (stamp === undefined) return undefined;
    // Cached sources count towards the budget as well, so that each run covers the same files.
    const isAffordable = this.budget.reserve(Math.min(sizeIn(stamp), maxSourceBytes));
    const found = isAffordable
      ? (this.readCached(key, stamp) ?? this.scan(key, stamp, path, role))
      : overBudget;
    if (found) this.cachedFacts.set(key, found);
    return found;
  }

  private readCached(key: string, stamp: string): SourceFacts | undefined {
    const entry = Object.hasOwn(this.cache, key) ? this.cache[key] : undefined;
    if (entry?.[0] !== stamp) return undefined;
    this.entries[key] = entry;
    return unpackFacts(entry[1]);
  }

  private scan(key: string, stamp: string, path: string, role: SourceRole): SourceFacts | undefined {
    const { bytes, failure } = readRegularFile(this.disk.absolute(path), { limit: maxSourceBytes });
    if (bytes === undefined) return failure.kind === 'too large' ? tooLarge : undefined;
    this.changed = true;
    const facts = scanSource(bytes.toString(), role);
    this.entries[key] = [stamp, packFacts(facts)];
    return facts;
  }
}

/** Removes empty fields, which are the majority. */
function packFacts(facts: SourceFacts): PackedFacts {
  const { run, ...rest } = facts;
  const runs = withoutEmpty(run);
  return { ...withoutEmpty(rest), ...(Object.keys(runs).length === 0 ? {} : { run: runs }) };
}

function withoutEmpty(values: object): object {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => {
      return !(value === false || value === 'none' || (Array.isArray(value) && value.length === 0));
    }),
  );
}

function unpackFacts(stored: PackedFacts): SourceFacts {
  return { ...noFacts, ...stored, run: { ...noRunReads, ...stored.run } } as SourceFacts;
}
