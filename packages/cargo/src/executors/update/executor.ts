import { createRequire } from 'node:module';
import { join, posix } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import {
  checkWithinWorkspace,
  diskFiles,
  parseTaskOptions,
  print,
  run,
  runExecutor,
  writeFileAtomically,
} from '@millwright/toolkit';
import { vendoredNames, readVendoredSources, type Source } from '../../vendored/vendored-crates.js';
import { crateListPath } from '../../vendored/placeholder-projects.js';
import { tagsCommand } from '../../vendored/source-version.js';
import { Checkout, mustRunGit } from '../../vendored/checkout.js';
import { formatCrateList, listCrates } from './crate-list.js';
import { inspectSources } from '../../vendored/inspect.js';
import { changesBetween } from '../../vendored/overview.js';
import { schema } from './schema.js';
import { fetchIfMissing, missingSourcesError } from '../../vendored/missing-sources.js';

/** Checks out another commit of vendored sources, prints the changes, updates the list of crates, and builds them. */
export default function update(options: unknown, context: ExecutorContext): Promise<{ success: boolean }> {
  return runExecutor(async () => {
    const { to, list, build } = parseTaskOptions(schema, options, '@millwright/cargo:update', context);
    const { root } = context;
    const folder = context.projectsConfigurations.projects[context.projectName ?? '']?.root ?? '.';
    const source = findSource(root, folder, list);
    await fetchIfMissing(root, folder);
    const checkout = new Checkout(join(root, folder));
    await checkout.fetchTags();
    const before = await inspectSources(checkout, root, folder);
    const from = await checkout.describe();
    if (to !== undefined) await checkout.moveTo(to);
    const isTagged = await checkout.fetchTags();
    const after = await inspectSources(checkout, root, folder);
    print(`${folder}: ${from} -> ${await checkout.describe()}`);
    if (!isTagged)
      print(
        `  git describe finds no tag: programs that take their version from Git get a commit id (${tagsCommand(folder)})`,
      );
    for (const line of changesBetween(before.overview, after.overview)) print(`  ${line}`);
    const crates = listCrates(after.repository, folder, vendoredNames([source]));
    checkWithinWorkspace(root, list);
    writeFileAtomically(
      join(root, list),
      formatCrateList({ commit: await checkout.commit(), crates, inferred: after.facts }),
    );
    await mustRunGit(root, ['--literal-pathspecs', 'add', '--', folder, list]);
    print(`  staged: ${folder}, ${list}`);
    const vendored = crates.filter(
      (crate) => crate.builds && source.crates.has(posix.join(folder, crate.folder).replace(/\/$/, '')),
    );
    if (!build || vendored.length === 0) return true;
    return buildAll(
      root,
      vendored.map(({ name }) => name),
    );
  });
}

/** Finds the declaration from which a source's project was created. */
function findSource(root: string, folder: string, list: string): Source {
  const path = posix.join(posix.dirname(list), 'millwright.toml');
  const { sources, errors } = readVendoredSources([path], diskFiles(root).read, {});
  const found = sources.find((source) => source.folder === folder && crateListPath(source) === list);
  if (found) return found;
  for (const { error } of errors) throw error;
  throw missingSourcesError(folder, diskFiles(root).read('.gitmodules') ?? '');
}

async function buildAll(root: string, projects: readonly string[]): Promise<boolean> {
  const nx = createRequire(join(root, 'package.json')).resolve('nx/bin/nx.js');
  const printLine = (line: string) => {
    console.log(line);
  };
  const { exitCode } = await run(
    process.execPath,
    [nx, 'run-many', '--target=build', `--projects=${projects.join(',')}`],
    // The daemon's graph may be that of the previous sources.
    { cwd: root, env: { NX_DAEMON: 'false', NX_TUI: 'false' }, onStdout: printLine, onStderr: printLine },
  );
  return exitCode === 0;
}
