import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Json, VersionRecord } from '../layout/side-files.js';

/** Facts about a build, for its provenance. They must not depend on the folder or the time of the build. */
export interface ProvenanceFacts {
  /** The tool that built: the `buildType` is `urn:millwright:build:<tool>:v1`. */
  readonly tool: 'cargo' | 'go';
  /** The Nx task, such as `app:build-linux-amd64:release`; undefined for builds without Nx. */
  readonly task: string | undefined;
  /** The folder of the project, relative to the Nx workspace. */
  readonly folder: string;
  /** The options of the task. */
  readonly options: Readonly<Record<string, unknown>>;
  /** See `builderOf`. */
  readonly builder: string;
}

/** What a statement is about. */
export interface Subject {
  readonly name: string;
  /** In lower-case hexadecimal. */
  readonly sha256: string;
}

export const statementType = 'https://in-toto.io/Statement/v1';
export const provenanceType = 'https://slsa.dev/provenance/v1';

/** The options that do not change what is built, or that differ between machines. */
const withoutEffect = new Set(['verbose', 'strictInputs', 'outputPath', 'installTo']);

/**
 * Returns the unsigned in-toto statement with SLSA provenance for an artifact (SLSA v1.0, "Provenance"). It has no times
 * and no invocation id: the statement is cached together with its artifact.
 * @param version the content of the `.version` file
 */
export function provenanceOf(
  subject: Subject,
  facts: ProvenanceFacts,
  version: VersionRecord,
): VersionRecord {
  const { revision, toolchain, linker, ...parameters } = version;
  const commit = typeof revision === 'string' ? revision.replace(/-dirty$/, '') : undefined;
  return {
    _type: statementType,
    subject: [{ name: subject.name, digest: { sha256: subject.sha256 } }],
    predicateType: provenanceType,
    predicate: {
      buildDefinition: {
        buildType: `urn:millwright:build:${facts.tool}:v1`,
        externalParameters: {
          ...(facts.task === undefined ? {} : { task: facts.task }),
          folder: facts.folder,
          options: optionsOf(facts.options),
        },
        internalParameters: {
          ...parameters,
          toolchain: toolchain ?? null,
          ...(linker === undefined ? {} : { linker }),
          dirty: typeof revision === 'string' && revision !== commit,
        },
        ...(commit === undefined
          ? {}
          : { resolvedDependencies: [{ name: 'sources', digest: { gitCommit: commit } }] }),
      },
      runDetails: { builder: { id: facts.builder } },
    },
  };
}

/** Returns the options as JSON. Values of variables may be secrets, and are replaced by their SHA-256. */
function optionsOf(options: ProvenanceFacts['options']): Json {
  const kept = Object.entries(options).filter(
    ([name, value]) => value !== undefined && !withoutEffect.has(name),
  );
  return Object.fromEntries(
    kept.map(([name, value]) => [name, name === 'env' ? digests(value) : (value as Json)]),
  );
}

function digests(variables: unknown): Json {
  const entries = Object.entries((variables ?? {}) as Record<string, unknown>);
  return Object.fromEntries(
    entries.map(([name, value]) => [
      name,
      `sha256-${createHash('sha256').update(String(value)).digest('hex')}`,
    ]),
  );
}

const statement = z.object({
  _type: z.literal(statementType),
  subject: z.tuple([z.object({ name: z.string(), digest: z.object({ sha256: z.string() }) })]),
  predicateType: z.literal(provenanceType),
  predicate: z.object({
    buildDefinition: z.object({
      buildType: z.string().regex(/^urn:millwright:build:(cargo|go):v1$/),
      externalParameters: z.strictObject({
        task: z.string().optional(),
        folder: z.string(),
        options: z.record(z.string(), z.unknown()),
      }),
      internalParameters: z.record(z.string(), z.unknown()),
      resolvedDependencies: z
        .array(z.object({ name: z.string(), digest: z.object({ gitCommit: z.string() }) }))
        .optional(),
    }),
    runDetails: z.object({ builder: z.object({ id: z.string() }) }),
  }),
});

/** What a statement says about a build. */
export interface Provenance {
  readonly subject: Subject;
  /** Undefined for builds without Nx. */
  readonly task: string | undefined;
  readonly folder: string;
  readonly builder: string;
  /** The commit of the sources; undefined outside git. */
  readonly commit: string | undefined;
  /** Whether the sources had changes that were not committed. */
  readonly dirty: boolean;
  readonly toolchain: string | undefined;
}

/** Parses a `.provenance.json` file. Undefined if it is damaged, or not a statement of Millwright. */
export function parseProvenance(text: string): Provenance | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { data } = statement.safeParse(json);
  if (data === undefined) return undefined;
  const [{ name, digest }] = data.subject;
  const { externalParameters, internalParameters, resolvedDependencies } = data.predicate.buildDefinition;
  const { toolchain, dirty } = internalParameters;
  return {
    subject: { name, sha256: digest.sha256 },
    task: externalParameters.task,
    folder: externalParameters.folder,
    builder: data.predicate.runDetails.builder.id,
    commit: resolvedDependencies?.find((one) => one.name === 'sources')?.digest.gitCommit,
    dirty: dirty === true,
    toolchain: typeof toolchain === 'string' ? toolchain : undefined,
  };
}
