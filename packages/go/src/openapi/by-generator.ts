import { mkdtemp, mkdir, realpath, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { MillwrightError, readText } from '@millwright/toolkit';
import { goError } from '../errors.js';
import { fixesFor, writeFixes } from './fixes.js';
import { Explanation } from './generators/explain.js';
import type { Generator, GeneratorName } from './generators/generator.js';
import { automaticGenerators, generators } from './generators/index.js';
import { runGenerator } from './generators/run.js';
import { type FolderGo, goOfFolder } from './go/toolchain.js';
import { type JsonObject, toJson } from './document/json.js';
import { countMethods } from './output/methods.js';
import { collectOutput } from './output/output.js';
import { type Prepared, prepareDocument } from './prepare.js';
import type { Generated } from './generated.js';
import type { DescribedBy, GenerateSettings } from './settings.js';
import { verifyAndPlace } from './verify-and-place.js';

/** What all attempts of a generation share. */
interface Generation {
  readonly settings: GenerateSettings;
  readonly by: DescribedBy;
  readonly go: FolderGo;
  /** The absolute path of the project. */
  readonly project: string;
  readonly scratch: string;
}

/**
 * Generates a client with the generator of the settings, or with the first one that can (`auto`).
 * @throws MillwrightError as generateClient
 */
export async function generateByGenerator(
  settings: GenerateSettings,
  by: DescribedBy,
  scratch: string,
): Promise<Generated> {
  const project = await realpath(join(settings.workspaceRoot, settings.projectRoot));
  const generation = { settings, by, go: await goOfFolder(project), project, scratch };
  if (by.generator !== 'auto') return withGenerator(generation, by.generator);
  const refused: { readonly name: GeneratorName; readonly error: MillwrightError }[] = [];
  for (const name of automaticGenerators) {
    try {
      const generated = await withGenerator(generation, name);
      const notes = refused.map(({ name: other, error }) => `${other} was not used: ${shortOf(error)}`);
      return { ...generated, notes: [...notes, ...generated.notes] };
    } catch (error) {
      if (!(error instanceof MillwrightError) || !refusals.has(error.code)) throw error;
      refused.push({ name, error });
    }
  }
  throw goError('GENERATOR_FAILED', {
    what: 'none of the available generators can generate a client from the document',
    ...(refused[0]?.error.location && { location: refused[0].error.location }),
    why: refused.map(({ name, error }) => `${name}: ${shortOf(error)}`).join('\n'),
    remedy: `fix the problem of one generator; to use ${refused[0]?.name ?? ''}: ${refused[0]?.error.remedy ?? ''}`,
    output: refused.map(({ error }) => error.output ?? '').join('\n'),
  });
}

/** The errors after which another generator is tried. Others would be the same with each. */
const refusals: ReadonlySet<string> = new Set([
  ...['OPENAPI_NAME_COLLISION', 'OPENAPI_UNSUPPORTED', 'GENERATOR_FAILED', 'GENERATOR_UNAVAILABLE'],
  ...['GENERATOR_OUTPUT_MISSING', 'GENERATED_OPERATION_MISSING', 'GENERATED_CODE_INVALID'],
]);

/** Returns an error in one line, with its place and the first line of its cause. */
function shortOf({ code, what, why, location }: MillwrightError): string {
  const place = location?.line === undefined ? '' : ` (${location.file}:${location.line})`;
  return `${code}: ${what}${place}: ${why.split('\n')[0] ?? ''}`;
}

/** Generates with one generator, again with each option or fix that is known to help. */
async function withGenerator(generation: Generation, name: GeneratorName): Promise<Generated> {
  const { settings, by } = generation;
  const generator = generators[name];
  const prepared = await prepareDocument({
    workspaceRoot: settings.workspaceRoot,
    spec: by.spec,
    overlays: by.overlays,
    renames: by.renames,
    collisions: generator.collides(by.config),
    generator,
    fix: by.fix,
  });
  const notes = [...prepared.notes];
  const fixes = [...prepared.fixes];
  let { config } = by;
  for (let attempts = 1; ; attempts++) {
    try {
      const { methods, ...placed } = await generateOnce(generation, generator, prepared, config);
      const total = prepared.operations.length;
      if (methods < total) notes.push(`${total - methods} operations are left out by the configuration`);
      if (by.fix) notes.push(await writeFixes(settings, by, fixes));
      return {
        ...placed,
        notes,
        read: prepared.files,
        operations: { described: prepared.described, total, methods },
        chosen: { generator: name, config: config === by.config ? undefined : config },
      };
    } catch (error) {
      if (!(error instanceof MillwrightError) || attempts > maxAttempts) throw error;
      const relief = generator.relief(`${error.what}\n${error.output ?? ''}`, config);
      if (relief !== undefined) {
        notes.push(
          `${name} ran with ${relief.option}, because it fails without (${error.what}); set it in config, so that the next run does not try without it first`,
        );
        ({ config } = relief);
        continue;
      }
      const more = by.fix ? await fixesFor(error, name, prepared) : [];
      if (more.length === 0) throw error;
      fixes.push(...more);
    }
  }
}

/** The maximum number of runs of one generator. Each adds an option, or renames at least one schema. */
const maxAttempts = 40;

async function generateOnce(
  { settings, by, go, project, scratch }: Generation,
  generator: Generator,
  prepared: Prepared,
  config: JsonObject,
): Promise<Pick<Generated, 'changed' | 'files'> & { readonly methods: number }> {
  const { document, operations, origins } = prepared;
  const folder = await mkdtemp(join(scratch, 'attempt-'));
  const explanation = new Explanation(document, operations, origins);
  const staging = join(folder, 'staging');
  // With `auto`, the output is a folder, in which oapi-codegen writes a file.
  const isFile = generator.writes === 'file';
  const written =
    by.generator === 'auto' && isFile ? join(settings.output, `${settings.package}.gen.go`) : settings.output;
  await mkdir(join(staging, isFile ? dirname(written) : written), { recursive: true });
  const file = join(folder, 'openapi.json');
  await writeFile(file, toJson(document));
  await runGenerator(
    { generator, version: by.generatorVersion, cwd: project, goVersion: go.version, explanation },
    {
      document: file,
      folder: staging,
      output: written,
      package: settings.package,
      config,
      configFile: join(folder, 'config.yaml'),
    },
  );
  const staged = collectOutput(staging, settings.output, project, generator.name);
  const texts = staged.map(({ source }) => readText(source) ?? '');
  const methods = countMethods(texts, operations, origins, generator.isPartial(config));
  const version = by.generatorVersion ?? ('module' in generator.tool ? generator.tool.version : '');
  const placed = await verifyAndPlace(settings, go, project, staged, folder, {
    requires: generator.requires(version),
    explanation,
    remedy: (complaint) => generator.remedy(complaint, config),
  });
  return { ...placed, methods };
}
