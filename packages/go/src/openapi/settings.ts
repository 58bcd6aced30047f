import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, normalize } from 'node:path';
import { MillwrightError } from '@millwright/toolkit';
import { z } from 'zod';
import { isPackageName, packageNameOf } from './go-names.js';
import { type GeneratorName, generatorNames } from './generators/generator.js';
import { generators } from './generators/index.js';
import { isObject, type JsonObject } from './json.js';
import { parseSource } from './source.js';

const path = z.string().min(1);

/** The options of the executor. */
export const generateOptions = z.strictObject({
  spec: path
    .describe(
      "The OpenAPI 3.0 or 3.1 document, YAML or JSON, relative to the workspace's root ({projectRoot}/… for one of the project); files that it refers to are bundled with it.",
    )
    .optional(),
  overlays: z
    .array(path)
    .describe(
      "OpenAPI Overlay 1.0 documents, applied to the bundled document one after the other, relative to the workspace's root. An action that matches nothing is an error.",
    )
    .default([]),
  output: path
    .describe(
      "The file that is generated, or the folder where the generator writes several, relative to the project's root; <package>.gen.go or <package>/ where left out.",
    )
    .optional(),
  package: z
    .string()
    .refine(isPackageName, 'a name of a Go package: lower-case letters, digits and _')
    .describe("The Go package's name; that in config, else one made of the project's name where left out.")
    .optional(),
  generator: z.enum(generatorNames).describe('The generator.').default('oapi-codegen'),
  generatorVersion: z
    .string()
    .regex(/^v?\d+\.\d+\.\d+\S*$/, 'a version, such as v2.8.0')
    .describe('The version of the generator, in place of the one that is pinned.')
    .optional(),
  config: z
    .union([path, z.record(z.string(), z.unknown())])
    .describe(
      "The generator's own configuration: a file, relative to the workspace's root, or what would stand in one. Paths in it are relative to the project's root.",
    )
    .optional(),
  renames: z
    .enum(['refuse', 'report'])
    .describe('What to do where two files define different components of one name.')
    .default('refuse'),
  tidy: z
    .boolean()
    .describe('Brings go.mod and go.sum in line with what the generated code imports (go mod tidy).')
    .default(false),
  script: path
    .describe(
      "The project's own script in place of spec and generator, run with bash in a copy of the project, relative to the workspace's root. It has to write output.",
    )
    .optional(),
});

export type GenerateOptions = z.output<typeof generateOptions>;

/** What is to be done, with nothing left open. */
export interface GenerateSettings {
  readonly workspaceRoot: string;
  /** Relative to the workspace's root. */
  readonly projectRoot: string;
  /** Relative to the project's root. */
  readonly output: string;
  readonly package: string;
  readonly tidy: boolean;
  readonly by:
    | { readonly script: string }
    | {
        readonly spec: string;
        readonly overlays: readonly string[];
        readonly renames: 'refuse' | 'report';
        readonly generator: GeneratorName;
        readonly generatorVersion: string | undefined;
        readonly config: JsonObject;
        /** The file that the configuration came from. */
        readonly configFile: string | undefined;
      };
}

/**
 * @param project the project's name and folder, the latter relative to the workspace's root
 * @throws MillwrightError OPTION_INVALID where options do not go together, or a file does not exist
 */
export function generateSettings(
  options: GenerateOptions,
  project: { readonly name: string; readonly root: string },
  workspaceRoot: string,
): GenerateSettings {
  const config = readConfig(options.config, workspaceRoot);
  const named = typeof config.package === 'string' ? config.package : undefined;
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
      throw refused('script and spec are both set', 'one of them makes the client');
    if (options.output === undefined)
      throw refused('output is not set', 'only the script knows where it writes');
    return { ...shared, by: { script: normalize(options.script) } };
  }
  if (options.spec === undefined) throw refused('spec is not set', 'there is nothing to generate from');
  const { overlays, renames, generator, generatorVersion } = options;
  const configFile = typeof options.config === 'string' ? options.config : undefined;
  const spec = normalize(options.spec);
  return {
    ...shared,
    by: { spec, overlays, renames, generator, generatorVersion, config, configFile },
  };
}

function outputPath({ output, generator }: GenerateOptions, packageName: string): string {
  const writesFile = generators[generator].writes === 'file';
  const path = normalize(output ?? (writesFile ? `${packageName}.gen.go` : packageName));
  if (isAbsolute(path) || path.startsWith('..') || path === '.') {
    throw refused(`output is ${JSON.stringify(output)}`, "it has to lie below the project's folder");
  }
  return path.replace(/\/$/, '');
}

function readConfig(config: GenerateOptions['config'], workspaceRoot: string): JsonObject {
  if (config === undefined) return {};
  if (typeof config !== 'string') return config;
  const file = join(workspaceRoot, config);
  if (!existsSync(file)) throw refused(`there is no file ${config}`, 'the option config names it');
  const { data } = parseSource(join(dirname(config), basename(config)), readFileSync(file, 'utf8'));
  if (!isObject(data))
    throw refused(`${config} holds no configuration`, 'it is no mapping of names to values');
  return data;
}

function refused(what: string, why: string): MillwrightError {
  return new MillwrightError('OPTION_INVALID', { what: `@millwright/go:go-openapi-generate: ${what}`, why });
}
