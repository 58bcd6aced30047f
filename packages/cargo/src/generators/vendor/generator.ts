import { rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, posix } from 'node:path';
import { formatFiles, type GeneratorCallback, logger, type Tree, updateJson } from '@nx/devkit';
import {
  checkWithinWorkspace,
  formatError,
  isVerbose,
  MillwrightError,
  nxRun,
  parseOptions,
  run,
} from '@millwright/toolkit';
import { cargoError } from '../../errors.js';
import { formatCrateList, listCrates } from '../../executors/update/crate-list.js';
import { isWithin } from '../../manifests/workspaces.js';
import { Checkout } from '../../vendored/checkout.js';
import { inspectSources } from '../../vendored/inspect.js';
import { cratesWithBinary, mainCrate } from '../../vendored/source-entry.js';
import { vendoredNames, readVendoredSources } from '../../vendored/vendored-crates.js';
import { declareSources } from './declare.js';
import { findings } from './findings.js';
import { schema, type VendorOptions } from './schema.js';
import { addSubmodule, bringSources, isEmbedded } from './submodule.js';

/**
 * Pins third-party sources as a submodule, declares them in a millwright.toml next to them, and lists their crates. If
 * a clone fails, its folder is removed again.
 * @throws MillwrightError OPTION_INVALID, SOURCES_MISSING, REVISION_UNKNOWN, PROCESS_FAILED
 */
export default async function vendor(tree: Tree, options: unknown): Promise<GeneratorCallback> {
  try {
    return await setUp(tree, parseOptions(schema, options, '@millwright/cargo:vendor'));
  } catch (error) {
    // Nx prints only the message of an error that a generator throws.
    if (error instanceof MillwrightError) error.message = formatError(error, { verbose: isVerbose() });
    throw error;
  }
}

async function setUp(tree: Tree, options: VendorOptions): Promise<GeneratorCallback> {
  const folder = posix.normalize(options.folder).replace(/\/$/, '');
  const name = options.name ?? posix.basename(folder);
  const { root } = tree;
  checkWithinWorkspace(root, folder);
  const isNew = await bringSources(tree, folder, options.url);
  try {
    const checkout = new Checkout(join(root, folder));
    if (options.ref !== undefined) await checkout.moveTo(options.ref);
    const isTagged = await checkout.fetchTags();
    const { repository, overview, facts } = await inspectSources(checkout, root, folder);
    const crates = [...repository.crates.values()].filter((crate) => isWithin(crate.root, folder));
    if (crates.length === 0) {
      throw cargoError('OPTION_INVALID', {
        what: `no crate found in ${folder}`,
        why: 'the Git repository has no Cargo.toml with a [package] section',
        remedy: 'choose the root folder of a Git repository that contains a Rust crate',
      });
    }
    const main = mainCrate(crates, folder, options.crate);
    const candidates = cratesWithBinary(crates).map((crate) => crate.name);
    const declaredIn = declareSources(tree, { folder, name, main, candidates, options });
    const { sources } = readVendoredSources([declaredIn], (path) => tree.read(path, 'utf8') ?? undefined, {});
    const names = vendoredNames(sources);
    const commit = await checkout.commit();
    const list = listCrates(repository, folder, names);
    tree.write(
      posix.join(posix.dirname(declaredIn), `${name}.crates.json`),
      formatCrateList({ commit, crates: list, inferred: facts }),
    );
    const mainName = main && list.find((crate) => posix.join(folder, crate.folder) === main.root)?.name;
    if (options.scripts) addScripts(tree, name, mainName);
    if (!options.skipFormat) await formatFiles(tree);
    const described = await checkout.describe();
    const documents = [...overview.operations].map(([path, operations]) => ({
      path,
      count: operations.size,
    }));
    const origin = !isNew && isEmbedded(tree, folder) ? await checkout.origin() : undefined;
    const lines = findings({
      ...{ folder, described, isTagged, crates, main: mainName, facts },
      gitSources: overview.gitSources,
      ...(origin !== undefined && { embeddedFrom: origin }),
    });
    for (const line of lines) logger.info(line);
    if (isNew) await addSubmodule(root, folder, options.url ?? '');
    return createClient(tree.root, { folder, name, directory: options.client, documents });
  } catch (error) {
    if (isNew) rmSync(join(root, folder), { recursive: true, force: true });
    throw error;
  }
}

/** Adds root scripts, without replacing one. */
function addScripts(tree: Tree, name: string, main: string | undefined): void {
  const scripts = {
    [`${name}:update`]: nxRun(`${name}:update`),
    ...(main === undefined ? {} : { [`${name}:build`]: nxRun(`${main}:build`) }),
  };
  updateJson(tree, 'package.json', (json: { scripts?: Record<string, string> }) => ({
    ...json,
    scripts: { ...scripts, ...json.scripts },
  }));
}

interface Client {
  readonly folder: string;
  readonly name: string;
  /** The client's folder; undefined if none is to be created. */
  readonly directory: string | undefined;
  readonly documents: readonly { readonly path: string; readonly count: number }[];
}

/** Returns the step after the files are written: it creates the client with the plugin for Go. */
function createClient(root: string, { folder, name, directory, documents }: Client): GeneratorCallback {
  const [document] = [...documents].sort((a, b) => b.count - a.count);
  if (directory === undefined) return () => undefined;
  if (document === undefined) {
    throw cargoError('OPTION_INVALID', {
      what: `no OpenAPI document found in ${folder}`,
      why: '--client requires a file named openapi.yaml or *.openapi.yaml (or .yml, or .json)',
      remedy: 'run the command without --client',
    });
  }
  return async () => {
    const nx = createRequire(join(root, 'package.json')).resolve('nx/bin/nx.js');
    const print = (line: string) => {
      logger.info(line);
    };
    const args = [
      `--spec=${posix.join(folder, document.path)}`,
      `--directory=${directory}`,
      // The project of the sources has their name.
      ...(posix.basename(directory) === name ? [`--name=${name}-client`] : []),
    ];
    const { exitCode } = await run(process.execPath, [nx, 'generate', '@millwright/go:client', ...args], {
      cwd: root,
      env: { NX_DAEMON: 'false', NX_TUI: 'false' },
      onStdout: print,
      onStderr: print,
    });
    if (exitCode !== 0)
      throw new Error(`nx generate @millwright/go:client ended with ${exitCode ?? 'a signal'}`);
  };
}
