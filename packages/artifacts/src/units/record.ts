import { z } from 'zod';

/**
 * How a unit takes part in an artifact: `normal` is linked into it, `proc-macro` is a procedural macro or linked into
 * one, `build` is linked into a build script.
 */
export const unitKinds = ['normal', 'proc-macro', 'build'] as const;

const replacement = z.strictObject({
  name: z.string(),
  version: z.string().optional(),
  checksum: z.string().optional(),
  path: z.string().optional(),
});

const unit = z.strictObject({
  /** The name of the crate, or the path of the Go module. */
  name: z.string(),
  version: z.string().optional(),
  kind: z.enum(unitKinds),
  /** As the lock file states it, such as `registry+https://…`; undefined for a folder. */
  source: z.string().optional(),
  /** The SHA-256 of a `.crate` file in hexadecimal, or the `h1:` digest of a Go module. */
  checksum: z.string().optional(),
  /** The folder relative to the Nx workspace, if the sources are in it. */
  path: z.string().optional(),
  /** The enabled features of a crate. */
  features: z.array(z.string()).optional(),
  /** Whether the build script of the crate was run. */
  buildScript: z.boolean().optional(),
  /** The licence in the manifest, for sources outside the workspace. */
  license: z.string().optional(),
  /** The linked packages of a Go module. */
  packages: z.array(z.string()).optional(),
  /** What replaces a Go module. */
  replacedBy: replacement.optional(),
  /** The units that it depends on, as indexes. */
  dependencies: z.array(z.int().nonnegative()),
});

const record = z
  .strictObject({
    version: z.literal(1),
    ecosystem: z.enum(['cargo', 'golang']),
    /** The platform, or the target triple if it is not a platform. */
    target: z.string(),
    /** The toolchain, whose standard library is linked. */
    toolchain: z.string(),
    /** The index of the unit that is the artifact. */
    root: z.int().nonnegative(),
    units: z.array(unit).min(1),
  })
  .refine(
    ({ root, units }) =>
      [root, ...units.flatMap(({ dependencies }) => dependencies)].every((index) => index < units.length),
    { message: 'an index refers to no unit' },
  );

/** The property of an SBOM with the linked packages of a Go module, separated by commas. */
export const goPackagesProperty = 'millwright:go:packages';

/** The name under which advisories list Go's standard library. */
export const goStandardLibrary = 'stdlib';

export type Unit = Readonly<z.output<typeof unit>>;
export type UnitKind = Unit['kind'];

/** The content of a `.units.json` file: everything that was compiled for one artifact. */
export type UnitsRecord = Readonly<z.output<typeof record>>;

/** Formats a `.units.json` file. */
export function formatUnits(units: UnitsRecord): string {
  // One unit per line: readable, and half the size of fully indented JSON.
  const lines = units.units.map((one) => `    ${JSON.stringify(unit.parse(one))}`).join(',\n');
  const { version, ecosystem, target, toolchain, root } = units;
  const head = Object.entries({ version, ecosystem, target, toolchain, root })
    .map(([key, value]) => `  ${JSON.stringify(key)}: ${JSON.stringify(value)},\n`)
    .join('');
  return `{\n${head}  "units": [\n${lines}\n  ]\n}\n`;
}

/** Parses a `.units.json` file. Undefined if it is damaged or of another version. */
export function parseUnits(text: string): UnitsRecord | undefined {
  try {
    return record.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
