import { ReadBudget, readRegularFile, recall, remember } from '@millwright/toolkit';
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

/** What a source says, without what is empty. */
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
      asksByName: z.boolean().optional(),
      names: variables.optional(),
      touchesFiles: z.boolean().optional(),
      computed: z.boolean().optional(),
      declares: z.boolean().optional(),
      climbs: z.boolean().optional(),
    })
    .optional(),
});

type PackedFacts = z.output<typeof packedFacts>;

/** Where it is kept. The version counts up with the rules: what others found no longer holds. */
const memoryFormat = {
  name: 'sources',
  version: 6,
  schema: z.record(z.string(), z.tuple([z.string(), packedFacts])),
};

/** What sources said when they were last read, by role and path, with the stamp of the text that said it. */
export type SourceMemory = z.output<typeof memoryFormat.schema>;

/** No source that people write is longer; longer ones may declare and read whatever they like. */
const largestSource = 4 * 1024 * 1024;

const tooLarge = unknownBecause('a source of more than 4 MiB');
const overBudget = unknownBecause('a source beyond the limit of a workspace');

function unknownBecause(by: string): SourceFacts {
  return {
    ...noFacts,
    unknownModules: 'own',
    unresolved: [{ by, line: 1, testOnly: false, inDefinition: false }],
  };
}

/** What the sources of a Nx workspace said before. @param workspace its folder, absolute */
export function recallSources(workspace: string): SourceMemory {
  return recall(workspace, memoryFormat) ?? {};
}

/** Keeps what the sources said. */
export function rememberSources(workspace: string, memory: SourceMemory): void {
  remember(workspace, memoryFormat, memory);
}

/** What sources say, remembered from one reading of the graph to the next, since almost none changes in between. */
export class SourceTexts {
  private readonly fresh: SourceMemory = {};
  private readonly known = new Map<string, SourceFacts>();
  changed = false;
  private readonly budget = new ReadBudget('sources of crates');

  constructor(
    private readonly disk: Disk,
    private readonly memory: SourceMemory,
  ) {}

  /** What there is to remember: the sources that were asked for. */
  localCache(): SourceMemory {
    return this.fresh;
  }

  /** What a source says; undefined where there is no regular file that can be read. */
  facts(path: string, role: SourceRole): SourceFacts | undefined {
    const key = `${role}:${path}`;
    const known = this.known.get(key);
    if (known) return known;
    const stamp = this.disk.stampOf(path);
    if (stamp === undefined) return undefined;
    // Also what is remembered counts, so that the same files are read each time.
    const isAffordable = this.budget.take(Math.min(sizeIn(stamp), largestSource));
    const found = isAffordable
      ? (this.recalled(key, stamp) ?? this.scanned(key, stamp, path, role))
      : overBudget;
    if (found) this.known.set(key, found);
    return found;
  }

  private recalled(key: string, stamp: string): SourceFacts | undefined {
    const entry = Object.hasOwn(this.memory, key) ? this.memory[key] : undefined;
    if (entry?.[0] !== stamp) return undefined;
    this.fresh[key] = entry;
    return unpacked(entry[1]);
  }

  private scanned(key: string, stamp: string, path: string, role: SourceRole): SourceFacts | undefined {
    const { bytes, refusal } = readRegularFile(this.disk.absolute(path), { limit: largestSource });
    if (bytes === undefined) return refusal.kind === 'too large' ? tooLarge : undefined;
    this.changed = true;
    const facts = scanSource(bytes.toString(), role);
    this.fresh[key] = [stamp, packed(facts)];
    return facts;
  }
}

/** Without what is empty, which is most. */
function packed(facts: SourceFacts): PackedFacts {
  const { run, ...rest } = facts;
  const runs = filled(run);
  return { ...filled(rest), ...(Object.keys(runs).length === 0 ? {} : { run: runs }) };
}

function filled(values: object): object {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => {
      return !(value === false || value === 'none' || (Array.isArray(value) && value.length === 0));
    }),
  );
}

function unpacked(stored: PackedFacts): SourceFacts {
  return { ...noFacts, ...stored, run: { ...noRunReads, ...stored.run } } as SourceFacts;
}
