import { mkdir, realpath, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { checkWithinWorkspace, readText, temporaryFolder } from '@millwright/toolkit';
import { Explanation } from './generators/explain.js';
import type { Generator } from './generators/generator.js';
import { generators } from './generators/index.js';
import { runGenerator } from './generators/run.js';
import { type FolderGo, goOfFolder } from './go/toolchain.js';
import { type JsonObject, toJson } from './document/json.js';
import { countMethods } from './output/methods.js';
import { collectOutput, staleFiles, type Staged } from './output/output.js';
import { placeFiles } from './output/place.js';
import { type Prepared, prepareDocument } from './prepare.js';
import { runScript } from './output/script.js';
import type { GenerateSettings } from './settings.js';
import { verifyCode, type VerifyRequest } from './output/verify.js';

export interface Generated {
  /** The absolute paths of changed files. */
  readonly changed: readonly string[];
  /** The absolute paths of written and unchanged files. */
  readonly files: readonly string[];
  /** One line for each note to the user. */
  readonly notes: readonly string[];
  /** All files of the description that were read, relative to the workspace root. */
  readonly read: readonly string[];
  /** Counts of operations. Undefined if a script generated the client. */
  readonly operations: OperationCounts | undefined;
}

export interface OperationCounts {
  /** In the original document. */
  readonly described: number;
  /** After the overlays. */
  readonly total: number;
  /** The number of operations with a method. */
  readonly methods: number;
}

/**
 * Generates a Go client from an OpenAPI description, or runs the project's own script for it, and places it
 * after it was built successfully.
 * @param onLine is called with the script's output
 * @throws MillwrightError for errors in the document, the generator or the code; nothing is changed then
 */
export async function generateClient(
  settings: GenerateSettings,
  onLine: (line: string) => void,
): Promise<Generated> {
  // Go reports files by their real paths.
  const scratch = await realpath(temporaryFolder('openapi'));
  try {
    return 'script' in settings.by
      ? await byScript(settings, settings.by.script, scratch, onLine)
      : await byGenerator(settings, settings.by, scratch);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function byGenerator(
  settings: GenerateSettings,
  by: Extract<GenerateSettings['by'], { spec: string }>,
  scratch: string,
): Promise<Generated> {
  const generator = generators[by.generator];
  const project = await realpath(join(settings.workspaceRoot, settings.projectRoot));
  // Go runs as a separate process and needs only the folder, so both run in parallel.
  const [prepared, go] = await Promise.all([
    prepareDocument({
      workspaceRoot: settings.workspaceRoot,
      spec: by.spec,
      overlays: by.overlays,
      renames: by.renames,
      collisions: generator.collides(by.config),
      generator,
    }),
    goOfFolder(project),
  ]);
  const { document, operations, origins } = prepared;
  const explanation = new Explanation(document, operations, origins);
  const staging = await generateInto({
    scratch,
    generator,
    prepared,
    settings,
    by,
    go,
    project,
    explanation,
  });
  const staged = collectOutput(staging, settings.output, project, generator.name);
  const texts = staged.map(({ source }) => readText(source) ?? '');
  const total = operations.length;
  const isPartial = generator.isPartial(by.config);
  const methods = countMethods(texts, operations, origins, isPartial);
  const version = by.generatorVersion ?? ('module' in generator.tool ? generator.tool.version : '');
  const placed = await verifyAndPlace(settings, go, project, staged, scratch, {
    requires: generator.requires(version),
    explanation,
    remedy: (complaint) => generator.remedy(complaint, by.config),
  });
  const partial = methods < total ? [`${total - methods} operations are left out by the configuration`] : [];
  return {
    ...placed,
    notes: [...prepared.notes, ...partial],
    read: prepared.files,
    operations: { described: prepared.described, total, methods },
  };
}

interface Generation {
  readonly scratch: string;
  readonly generator: Generator;
  readonly prepared: Prepared;
  readonly settings: GenerateSettings;
  readonly by: { readonly config: JsonObject; readonly generatorVersion: string | undefined };
  readonly go: FolderGo;
  readonly project: string;
  readonly explanation: Explanation;
}

/** @returns the folder with the generator's output */
async function generateInto(generation: Generation): Promise<string> {
  const { scratch, generator, prepared, settings, by, go, project, explanation } = generation;
  const staging = join(scratch, 'staging');
  const { output } = settings;
  await mkdir(join(staging, generator.writes === 'file' ? dirname(output) : output), { recursive: true });
  const document = join(scratch, 'openapi.json');
  await writeFile(document, toJson(prepared.document));
  await runGenerator(
    { generator, version: by.generatorVersion, cwd: project, goVersion: go.version, explanation },
    {
      document,
      folder: staging,
      output,
      package: settings.package,
      config: by.config,
      configFile: join(scratch, 'config.yaml'),
    },
  );
  return staging;
}

async function byScript(
  settings: GenerateSettings,
  script: string,
  scratch: string,
  onLine: (line: string) => void,
): Promise<Generated> {
  const { workspaceRoot, projectRoot, output } = settings;
  const project = await realpath(join(workspaceRoot, projectRoot));
  const go = await goOfFolder(project);
  const copy = await runScript({ workspaceRoot, projectRoot, script, output, scratch, onLine });
  const staged = collectOutput(copy, output, project, script);
  const placed = await verifyAndPlace(settings, go, project, staged, scratch, {
    requires: {},
    explanation: undefined,
    remedy: () => undefined,
  });
  return { ...placed, notes: [], read: [script], operations: undefined };
}

async function verifyAndPlace(
  settings: GenerateSettings,
  go: FolderGo,
  project: string,
  staged: readonly Staged[],
  scratch: string,
  rest: Pick<VerifyRequest, 'requires' | 'explanation' | 'remedy'>,
): Promise<Pick<Generated, 'changed' | 'files'>> {
  for (const { destination } of staged)
    checkWithinWorkspace(await realpath(settings.workspaceRoot), destination);
  const removed = staleFiles(join(project, settings.output), staged);
  const request = { go, project, staged, removed, tidy: settings.tidy, scratch, ...rest };
  const all = [...staged, ...(await verifyCode(request))];
  return { changed: await placeFiles(all, removed), files: all.map(({ destination }) => destination) };
}
