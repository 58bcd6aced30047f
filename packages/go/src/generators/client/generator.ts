import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import {
  addProjectConfiguration,
  formatFiles,
  type GeneratorCallback,
  getProjects,
  joinPathFragments,
  logger,
  readCachedProjectGraph,
  type Tree,
} from '@nx/devkit';
import { formatError, isVerbose, MillwrightError, nxRun, onStop, parseOptions } from '@millwright/toolkit';
import { goError } from '../../errors.js';
import { bundle } from '../../openapi/bundling/bundle.js';
import { checkDocument } from '../../openapi/document/document.js';
import { generateClient } from '../../openapi/generate.js';
import { generators } from '../../openapi/generators/index.js';
import { packageNameOf } from '../../openapi/document/go-names.js';
import { generateOptions, generateSettings } from '../../openapi/settings.js';
import { parseSource, type Source } from '../../openapi/document/source.js';
import { fixPath } from '../../openapi/bundling/fix-overlay.js';
import type { Chosen } from '../../openapi/generated.js';
import { readme } from './readme.js';
import { recordChoice } from './record-choice.js';
import { schema } from './schema.js';
import { generateTarget } from './target.js';
import { undoOf } from './undo.js';

/**
 * Creates a project whose target `generate` generates a Go client, and generates the client once the files
 * are written. If that fails, the callback removes the files and throws.
 * @throws MillwrightError OPTION_INVALID, or as reading the document
 */
export default async function client(tree: Tree, options: unknown): Promise<GeneratorCallback> {
  try {
    return await writeProject(tree, options);
  } catch (error) {
    throw shown(error);
  }
}

/**
 * Puts the formatted error into the message, because Nx shows nothing else of an error that a generator
 * throws.
 */
function shown(error: unknown): unknown {
  if (error instanceof MillwrightError) error.message = formatError(error, { verbose: isVerbose() });
  return error;
}

async function writeProject(tree: Tree, options: unknown): Promise<GeneratorCallback> {
  const parsed = parseOptions(schema, options, '@millwright/go:client');
  const root = joinPathFragments(parsed.directory).replace(/\/$/, '');
  const spec = joinPathFragments(parsed.spec);
  const name = parsed.name ?? basename(root);
  const packageName = parsed.package ?? packageNameOf(name);
  const generator = parsed.codeGenerator === 'auto' ? undefined : generators[parsed.codeGenerator];
  const output = parsed.output ?? (generator?.writes === 'file' ? `api/${packageName}.gen.go` : 'api');
  const { specTarget, overlays } = parsed;
  const [project = '', target = ''] = specTarget?.split(':') ?? [];
  const generate = generateTarget({
    ...{ spec, overlays, output, root, package: packageName, generator: parsed.codeGenerator },
    files: filesOf(tree, spec, specTarget !== undefined),
    generatorVersion: generator && 'module' in generator.tool ? generator.tool.version : undefined,
    specTarget: specTarget === undefined ? undefined : { project, target },
  });
  const owner = specTarget === undefined ? ownerOf(tree, spec) : project;
  addProjectConfiguration(tree, name, {
    root,
    projectType: 'library',
    ...(owner !== undefined && owner !== name && { implicitDependencies: [owner] }),
    targets: { generate },
  });
  const module = parsed.module ?? name;
  writeIfMissing(tree, join(root, 'go.mod'), `module ${module}\n\ngo 1.24.0\n`);
  writeIfMissing(tree, join(root, 'README.md'), readme({ name, module, package: packageName, output, spec }));
  ignore(tree, join(root, '.gitignore'), `/${output}`);
  if (!parsed.skipFormat) await formatFiles(tree);
  const undo = undoOf(tree);
  return async () => {
    if (parsed.skipGenerate || !existsSync(join(tree.root, spec))) {
      logger.info(`Run "${nxRun(`${name}:generate`)} --tidy" once, which completes go.mod and go.sum.`);
      return;
    }
    const first = { ...(generate.options as object), fix: parsed.fix, tidy: true };
    const chosen = await generateFirst(first, { name, root }, tree.root, undo);
    await recordChoice(
      join(tree.root, root, 'project.json'),
      chosen,
      existsSync(join(tree.root, fixPath(root))),
    );
  };
}

/**
 * Generates the client for the first time and completes go.mod, so that later runs of the target need not
 * change it.
 * @param undo removes the project again if generation fails or the user stops it
 */
async function generateFirst(
  options: unknown,
  project: { name: string; root: string },
  workspaceRoot: string,
  undo: () => Promise<void>,
): Promise<Chosen | undefined> {
  const unregister = onStop(undo);
  try {
    const parsed = parseOptions(generateOptions, options, '@millwright/go:client');
    const settings = generateSettings(parsed, project, workspaceRoot);
    const { notes, chosen } = await generateClient(settings, (line) => {
      logger.info(line);
    });
    for (const note of notes) logger.warn(`note: ${note}`);
    return chosen;
  } catch (error) {
    await undo();
    logger.error(`Removed the project ${project.name}, because its client could not be generated.`);
    logger.error('Fix the error and run the generator again. To keep the project, use --skipGenerate.');
    throw shown(error);
  } finally {
    unregister();
  }
}

/** Returns the files that a document consists of. */
function filesOf(tree: Tree, spec: string, isOutput: boolean): readonly string[] {
  const open = (path: string): Source | undefined => {
    const text = tree.read(path, 'utf8');
    return text === null ? undefined : parseSource(path, text);
  };
  const root = open(spec);
  if (root === undefined) {
    if (isOutput) return [];
    throw goError('OPTION_INVALID', {
      what: `the OpenAPI document ${spec} does not exist`,
      why: 'the option "spec" is set to this path',
      remedy:
        'use a path relative to the workspace root; if a task generates the file, set specTarget to that task',
    });
  }
  checkDocument(root);
  return isOutput ? [] : bundle(root, open, 'report').files;
}

/** Returns the innermost project whose folder contains the document. */
function ownerOf(tree: Tree, spec: string): string | undefined {
  const roots = [...projectRoots(tree)].filter(([, root]) => root !== '.' && spec.startsWith(`${root}/`));
  return roots.sort(([, a], [, b]) => b.length - a.length)[0]?.[0];
}

function projectRoots(tree: Tree): Map<string, string> {
  const roots = new Map([...getProjects(tree)].map(([name, { root }]) => [name, root]));
  try {
    // Inferred projects appear in no file. The graph was created before the generator started.
    for (const { name, data } of Object.values(readCachedProjectGraph().nodes)) {
      if (isOf(tree, data.root)) roots.set(name, data.root);
    }
  } catch {
    // Without a graph, there are no inferred projects.
  }
  return roots;
}

/**
 * Returns true if the project belongs to the tree. Nx keeps one graph per process, possibly of another
 * workspace.
 */
function isOf(tree: Tree, root: string): boolean {
  return tree.exists(root);
}

function writeIfMissing(tree: Tree, path: string, text: string): void {
  if (!tree.exists(path)) tree.write(path, text);
}

function ignore(tree: Tree, path: string, entry: string): void {
  const text = tree.read(path, 'utf8') ?? '';
  if (text.split('\n').includes(entry)) return;
  tree.write(path, `${text}${text === '' || text.endsWith('\n') ? '' : '\n'}${entry}\n`);
}
