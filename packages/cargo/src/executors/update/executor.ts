import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, posix } from 'node:path';
import type { ExecutorContext } from '@nx/devkit';
import {
  checkWithinWorkspace,
  diskFiles,
  fetchArguments,
  parseOptions,
  parseSubmodules,
  print,
  run,
  runExecutor,
  writeFileAtomically,
} from '@millwright/toolkit';
import { vendoredNames, readDescriptions, type Source } from '../../vendored/vendored-crates.js';
import { type CargoRepository, readRepository } from '../../manifests/repository.js';
import { crateListPath } from '../../vendored/placeholder-projects.js';
import { tagsCommand } from '../../vendored/source-version.js';
import { Checkout, mustRunGit } from '../../vendored/checkout.js';
import { formatCrateList, listCrates } from './crate-list.js';
import { openApiNames } from '../../vendored/operations.js';
import { changesBetween, type Overview, overviewOf } from '../../vendored/overview.js';
import { schema } from './schema.js';
import { sourcesMissing } from '../../vendored/missing-sources.js';

/** Moves sources to another commit, says what changed in them, records it, and builds what is described. */
export default function update(options: unknown, context: ExecutorContext): Promise<{ success: boolean }> {
  return runExecutor(async () => {
    const { to, list, build } = parseOptions(schema, options, '@millwright/cargo:update');
    const { root } = context;
    const folder = context.projectsConfigurations.projects[context.projectName ?? '']?.root ?? '.';
    const source = sourceAt(root, folder, list);
    await fetchIfMissing(root, folder);
    const checkout = new Checkout(join(root, folder));
    await checkout.bringTags();
    const before = await look(checkout, root, folder);
    const from = await checkout.describe();
    if (to !== undefined) await checkout.moveTo(to);
    const isTagged = await checkout.bringTags();
    const after = await look(checkout, root, folder);
    print(`${folder}: ${from} -> ${await checkout.describe()}`);
    if (!isTagged)
      print(
        `  no tag describes the commit: what asks git for a version gets the commit (${tagsCommand(folder)})`,
      );
    for (const line of changesBetween(before.overview, after.overview)) print(`  ${line}`);
    const crates = listCrates(after.repository, folder, vendoredNames([source]));
    checkWithinWorkspace(root, list);
    writeFileAtomically(join(root, list), formatCrateList({ commit: await checkout.commit(), crates }));
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

/** The description that a source's project was made from. */
function sourceAt(root: string, folder: string, list: string): Source {
  const path = posix.join(posix.dirname(list), 'millwright.toml');
  const { sources, errors } = readDescriptions([path], diskFiles(root).read, {});
  const found = sources.find((source) => source.folder === folder && crateListPath(source) === list);
  if (found) return found;
  for (const { error } of errors) throw error;
  throw sourcesMissing(folder, diskFiles(root).read('.gitmodules') ?? '');
}

/** Whoever asks for an update asks for the sources too. */
async function fetchIfMissing(root: string, folder: string): Promise<void> {
  if (existsSync(join(root, folder, '.git'))) return;
  const gitmodules = diskFiles(root).read('.gitmodules') ?? '';
  const submodule = parseSubmodules(gitmodules).find(({ path }) => path === folder);
  if (submodule === undefined) throw sourcesMissing(folder, gitmodules);
  await mustRunGit(root, fetchArguments(submodule), { network: true });
}

interface Look {
  readonly repository: CargoRepository;
  readonly overview: Overview;
}

async function look(checkout: Checkout, root: string, folder: string): Promise<Look> {
  const below = (paths: readonly string[]) => paths.map((path) => posix.join(folder, path));
  const files = diskFiles(root);
  const repository = readRepository(below(await checkout.files(['Cargo.toml'])), files);
  const locks = below(await checkout.files(['Cargo.lock'])).flatMap((path) => files.read(path) ?? []);
  const documents = (await checkout.files(openApiNames)).flatMap((path) => {
    const text = files.read(posix.join(folder, path));
    return text === undefined ? [] : [[path, text] as const];
  });
  const overview = overviewOf(repository, folder, { locks, documents: new Map(documents) });
  return { repository, overview };
}

async function buildAll(root: string, projects: readonly string[]): Promise<boolean> {
  const nx = createRequire(join(root, 'package.json')).resolve('nx/bin/nx.js');
  const passOn = (line: string) => {
    console.log(line);
  };
  const { exitCode } = await run(
    process.execPath,
    [nx, 'run-many', '--target=build', `--projects=${projects.join(',')}`],
    // The daemon's graph may be that of the sources before.
    { cwd: root, env: { NX_DAEMON: 'false', NX_TUI: 'false' }, onStdout: passOn, onStderr: passOn },
  );
  return exitCode === 0;
}
