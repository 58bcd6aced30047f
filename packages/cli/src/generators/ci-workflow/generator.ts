import { posix } from 'node:path';
import {
  detectPackageManager,
  formatFiles,
  logger,
  readCachedProjectGraph,
  readJson,
  readNxJson,
  type Tree,
} from '@nx/devkit';
import { formatError, formatList, isVerbose, MillwrightError, parseOptions } from '@millwright/toolkit';
import { githubCi } from '../../pipelines/github-ci.js';
import { githubRelease } from '../../pipelines/github-release.js';
import { gitlabCi } from '../../pipelines/gitlab.js';
import { jobsOf } from '../../planning/jobs.js';
import { packageManager } from '../../pipelines/package-manager.js';
import { releaseOf } from '../../pipelines/release.js';
import { allTasks, type TaskGraph } from '../../planning/task-graph.js';
import { trustRule } from '../../pipelines/trust-rule.js';
import type { Workspace } from '../../pipelines/workspace.js';
import { commandError } from '../../errors.js';
import { type Options, schema } from './schema.js';

const generator = '@millwright/cli:ci-workflow';
const usualTargets = ['build', 'test', 'lint', 'format-check'];

/** Writes the CI of a workspace. Existing files stay as they are, unless `overwrite` is set. */
export default async function ciWorkflow(tree: Tree, options: unknown): Promise<void> {
  try {
    await write(tree, withDefaults(tree, parseOptions(schema, options, generator)));
  } catch (error) {
    // Nx prints nothing but the message of an error that a generator throws.
    if (error instanceof MillwrightError) error.message = formatError(error, { verbose: isVerbose() });
    throw error;
  }
}

async function write(tree: Tree, options: Options): Promise<void> {
  const { nodes } = readCachedProjectGraph();
  const graph = allTasks(nodes);
  const { release, unpublished } = releaseOf(graph, options.crossCompile);
  const roots = Object.values(nodes).map(({ data }) => data.root);
  const workspace: Workspace = { ...workspaceOf(tree, graph, roots, options), ...(release && { release }) };
  const files =
    options.ci === 'gitlab'
      ? { '.gitlab-ci.yml': gitlabCi(workspace) }
      : {
          '.github/workflows/ci.yml': githubCi(workspace),
          ...(release && { '.github/workflows/release.yml': githubRelease(workspace, release) }),
        };
  const existing = Object.keys(files).find((path) => tree.exists(path));
  if (existing !== undefined && !options.overwrite)
    throw commandError('OPTION_INVALID', {
      what: 'no workflow was written',
      why: `${existing} exists`,
      remedy: 'commit the file and add --overwrite, or remove it',
    });
  for (const [path, text] of Object.entries(files)) tree.write(path, text);
  if (!options.skipFormat) await formatFiles(tree);
  for (const note of notesOf(workspace, options, unpublished)) logger.info(note);
}

/** Returns the options with defaults that depend on the workspace, validated like the others. */
function withDefaults(tree: Tree, options: Options): Options {
  if (!tree.exists('package.json'))
    throw commandError('OPTION_INVALID', {
      what: 'no workflow was written',
      why: 'the workspace has no package.json, so the jobs cannot install @millwright/cli',
      remedy: 'create one: npm init -y, then npm install --save-dev nx @millwright/cli',
    });
  const { name = '' } = readJson<{ name?: string }>(tree, 'package.json');
  const { branch = readNxJson(tree)?.defaultBase ?? 'main', cacheServer, cacheWorkspace } = options;
  const named = cacheWorkspace ?? name.replace(/^@[^/]*\//, '');
  const completed = { ...options, branch, ...(cacheServer === undefined ? {} : { cacheWorkspace: named }) };
  return parseOptions(schema, completed, generator);
}

/** Reads what the files of a workspace say about its CI. */
function workspaceOf(
  tree: Tree,
  graph: TaskGraph,
  roots: readonly string[],
  options: Options,
): Omit<Workspace, 'release'> {
  const { branch = 'main', tags, cacheServer, cacheWorkspace = '', crossCompile } = options;
  const manager = detectPackageManager(tree.root);
  if (manager === 'bun')
    throw commandError('OPTION_INVALID', {
      what: 'no workflow was written',
      why: 'the workspace uses bun, which the generator does not support',
      remedy: 'use npm, pnpm or yarn',
    });
  const targets =
    options.targets ?? usualTargets.filter((name) => graph.tasks.some(({ target }) => target === name));
  if (targets.length === 0)
    throw commandError('OPTION_INVALID', {
      what: 'no workflow was written',
      why: `no project has one of the targets ${formatList(usualTargets)}`,
      remedy: 'name the targets to run: --targets=compile,check',
    });
  const firstOf = (paths: readonly string[]) => paths.find((path) => tree.exists(path));
  const goVersionFile = firstOf(['go.work', ...roots.map((root) => posix.join(root, 'go.mod')).sort()]);
  const nodeVersionFile = firstOf(['.nvmrc', '.node-version', '.tool-versions']);
  return {
    manager: packageManager(manager, tree.exists('.yarnrc.yml')),
    branch,
    tags,
    targets,
    crossCompiled: crossCompile,
    submodules: options.submodules ?? tree.exists('.gitmodules'),
    jobs: jobsOf(graph, { targets, crossCompiled: crossCompile }),
    ...(goVersionFile === undefined ? {} : { goVersionFile }),
    ...(nodeVersionFile === undefined ? {} : { nodeVersionFile }),
    ...(cacheServer === undefined ? {} : { cache: { url: cacheServer, workspace: cacheWorkspace } }),
  };
}

/** Returns what the user has to set up outside the repository, and what the files do not contain. */
function notesOf(
  { branch, cache, release }: Workspace,
  { ci }: Options,
  unpublished: readonly string[],
): string[] {
  const signing = release?.signing;
  const secrets = [
    ...(signing === undefined || signing.keyless || signing.keyFile !== undefined
      ? []
      : ['MILLWRIGHT_SIGNING_KEY']),
    ...(signing === undefined || signing.keyless ? [] : ['MILLWRIGHT_PASSPHRASE']),
  ];
  return [
    ...(cache === undefined
      ? []
      : [
          'Add this rule to `trust` in the configuration of the server, with your repository:',
          JSON.stringify(
            trustRule(ci, { workspace: cache.workspace, repository: '<owner>/<name>', branch }),
            undefined,
            2,
          ),
        ]),
    ...(secrets.length === 0
      ? []
      : [`Add these secrets to the environment \`release\`: ${secrets.join(', ')}.`]),
    ...(unpublished.length === 0
      ? []
      : [`These images name no registry and are not pushed: ${unpublished.join(', ')}.`]),
    ...(release === undefined
      ? [
          'There is no release workflow, because no project has a target `package` or an image with a registry.',
        ]
      : []),
  ];
}
