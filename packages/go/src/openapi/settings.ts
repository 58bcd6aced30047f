import { existsSync } from 'node:fs';
import { isAbsolute, join, normalize } from 'node:path';
import { type MillwrightError, readRegularFile } from '@millwright/toolkit';
import { z } from 'zod';
import { goError } from '../errors.js';
import { fixPath } from './bundling/fix-overlay.js';
import { isPackageName, packageNameOf } from './document/go-names.js';
import { type GeneratorName, generatorNames } from './generators/generator.js';
import { generators } from './generators/index.js';
import { isObject, type JsonObject } from './document/json.js';
import { parseSource } from './document/source.js';

const path = z.string().min(1);

/** The options of the executor. */
export const generateOptions = z.strictObject({
  spec: path
    .describe(
      "The OpenAPI 3.0 or 3.1 document, YAML or JSON, relative to the workspace's root ({projectRoot}/… for a file of the project). Files that the document refers to are bundled with it.",
    )
    .meta({ example: 'backend/openapi.yaml' })
    .optional(),
  overlays: z
    .array(path)
    .describe(
      'OpenAPI Overlay 1.0 documents to apply in order, relative to the workspace root. An action that matches nothing is an error.',
    )
    .meta({ example: ['{projectRoot}/overlay.yaml'] })
    .default([]),
  output: path
    .describe(
      "The generated file, or the folder if the generator writes several files, relative to the project's root (default: <package>.gen.go or <package>/).",
    )
    .meta({ example: 'api/backend.gen.go' })
    .optional(),
  package: z
    .string()
    .refine(isPackageName, 'a name of a Go package: lower-case letters, digits and _')
    .describe("The Go package name (default: the name in config, or one derived from the project's name).")
    .meta({ example: 'backend' })
    .optional(),
  generator: z
    .enum([...generatorNames, 'auto'])
    .describe(
      'The generator; auto uses the first one that can generate the client. With auto, output is a folder.',
    )
    .default('oapi-codegen'),
  generatorVersion: z
    .string()
    .regex(/^v?\d+\.\d+\.\d+[\w.+-]*$/, 'a version, such as v2.8.0')
    .describe('The version of the generator (default: the pinned version).')
    .meta({ example: 'v2.4.1' })
    .optional(),
  config: z
    .union([path, z.record(z.string(), z.unknown())])
    .describe(
      "The generator's configuration: a file, relative to the workspace root, or an object. Paths in the configuration are relative to the project root.",
    )
    .meta({ example: { 'output-options': { 'skip-fmt': false } } })
    .optional(),
  renames: z
    .enum(['refuse', 'report'])
    .describe('What to do if two files define different components with the same name.')
    .default('refuse'),
  fix: z
    .boolean()
    .describe(
      'Resolve name collisions and wrong values by an overlay, and write it to openapi-fixes.yaml in the project.',
    )
    .default(false),
  tidy: z.boolean().describe('Run go mod tidy for the generated code.').default(false),
  script: path
    .describe(
      'A script to run instead of spec and generator, relative to the workspace root. It runs with bash in a copy of the project and must write output.',
    )
    .meta({ example: '{projectRoot}/build.sh' })
    .optional(),
});

export type GenerateOptions = z.output<typeof generateOptions>;

/** The settings of a generation, with all defaults resolved. */
export interface GenerateSettings {
  readonly workspaceRoot: string;
  /** Relative to the workspace root. */
  readonly projectRoot: string;
  /** Relative to the project root. */
  readonly output: string;
  readonly package: string;
  readonly tidy: boolean;
  readonly by: { readonly script: string } | DescribedBy;
}

/** A client of a document. */
export interface DescribedBy {
  readonly spec: string;
  /** The overlays to apply: the declared ones, and with `fix` the one that an earlier run wrote. */
  readonly overlays: readonly string[];
  readonly declaredOverlays: readonly string[];
  readonly renames: 'refuse' | 'report';
  readonly fix: boolean;
  readonly generator: GeneratorName | 'auto';
  readonly generatorVersion: string | undefined;
  readonly config: JsonObject;
  /** The file that contains the configuration. */
  readonly configFile: string | undefined;
}

/**
 * Resolves the options of the executor.
 * @param project the project's name and folder, relative to the workspace root
 * @throws MillwrightError OPTION_INVALID if options contradict each other or a file does not exist
 */
export function generateSettings(
  options: GenerateOptions,
  project: { readonly name: string; readonly root: string },
  workspaceRoot: string,
): GenerateSettings {
  const config = readConfig(options.config, workspaceRoot);
  const named = typeof config.package === 'string' ? config.package : undefined;
  if (named !== undefined && !isPackageName(named)) {
    const why = 'it must be the name of a Go package: lower-case letters, digits and _';
    throw invalid(`package is ${JSON.stringify(named)} in config`, why);
  }
  const packageName = options.package ?? named ?? packageNameOf(project.name);
  const shared = {
    workspaceRoot,
    projectRoot: project.root,
    output: outputPath(options, packageName),
    package: packageName,
    tidy: options.tidy,
  };
  if (options.script !== undefined) {
    if (options.spec !== undefined)
      throw invalid('script and spec are both set', 'only one of them can generate the client');
    if (options.output === undefined) throw invalid('output is not set', 'the option script requires it');
    return { ...shared, by: { script: normalize(options.script) } };
  }
  if (options.spec === undefined)
    throw invalid('spec is not set', 'the generator requires an OpenAPI document');
  const { renames, fix, generator, generatorVersion } = options;
  if (generator === 'auto') checkAutomatic(options);
  const declaredOverlays = options.overlays.map((overlay) => normalize(overlay));
  const fixes = fixPath(project.root);
  const isWritten = fix && !declaredOverlays.includes(fixes) && existsSync(join(workspaceRoot, fixes));
  const overlays = isWritten ? [...declaredOverlays, fixes] : declaredOverlays;
  const configFile = typeof options.config === 'string' ? options.config : undefined;
  const spec = normalize(options.spec);
  return {
    ...shared,
    by: {
      ...{ spec, overlays, declaredOverlays, renames, fix },
      ...{ generator, generatorVersion, config, configFile },
    },
  };
}

function outputPath({ output, generator }: GenerateOptions, packageName: string): string {
  const writesFile = generator !== 'auto' && generators[generator].writes === 'file';
  const path = normalize(output ?? (writesFile ? `${packageName}.gen.go` : packageName));
  if (isAbsolute(path) || path.startsWith('..') || path === '.') {
    throw invalid(`output is ${JSON.stringify(output)}`, 'it must be a path inside the project folder');
  }
  return path.replace(/\/$/, '');
}

/** Rejects options that are meant for one generator. */
function checkAutomatic({ config, generatorVersion, output }: GenerateOptions): void {
  const why = 'with generator: "auto", it is not known which generator makes the client';
  if (config !== undefined) throw invalid('config is set', why);
  if (generatorVersion !== undefined) throw invalid('generatorVersion is set', why);
  if (output?.endsWith('.go') === true) {
    throw invalid(`output is ${JSON.stringify(output)}`, 'with generator: "auto", it has to be a folder');
  }
}

function readConfig(config: GenerateOptions['config'], workspaceRoot: string): JsonObject {
  if (config === undefined) return {};
  if (typeof config !== 'string') return config;
  const { bytes, failure } = readRegularFile(join(workspaceRoot, config), { within: [workspaceRoot] });
  if (failure?.kind === 'missing')
    throw invalid(`the file ${config} does not exist`, 'the option "config" is set to this path');
  if (bytes === undefined)
    throw invalid(`cannot read the file ${config} of the option "config"`, failure.why);
  const { data } = parseSource(normalize(config), bytes.toString('utf8'));
  if (!isObject(data))
    throw invalid(`the file ${config} of the option "config" is invalid`, 'its top level is not a mapping');
  return data;
}

function invalid(what: string, why: string): MillwrightError {
  return goError('OPTION_INVALID', { what: `@millwright/go:go-openapi-generate: ${what}`, why });
}
