import { posix } from 'node:path';
import { diskFiles } from '@millwright/toolkit';
import { type CargoRepository, readRepository } from '../manifests/repository.js';
import type { Checkout } from './checkout.js';
import { factFiles, type InferredFact, inferredFacts } from './inferred-facts.js';
import { isOpenApi, openApiNames } from './operations.js';
import { type Overview, overviewOf } from './overview.js';

/** What a checkout of vendored sources contains. */
export interface Inspection {
  readonly repository: CargoRepository;
  readonly overview: Overview;
  readonly facts: readonly InferredFact[];
}

/**
 * Reads the tracked manifests, lock files and OpenAPI documents of vendored sources.
 * @param root the Nx workspace, absolute
 * @param folder the sources' folder, relative to the workspace
 */
export async function inspectSources(checkout: Checkout, root: string, folder: string): Promise<Inspection> {
  const below = (paths: readonly string[]) => paths.map((path) => posix.join(folder, path));
  const files = diskFiles(root);
  const repository = readRepository(below(await checkout.trackedFiles(['Cargo.toml'])), files);
  const locks = below(await checkout.trackedFiles(['Cargo.lock'])).flatMap((path) => files.read(path) ?? []);
  const documents = (await checkout.trackedFiles(openApiNames)).flatMap((path) => {
    const text = files.read(posix.join(folder, path));
    return text === undefined || !isOpenApi(text) ? [] : [[path, text] as const];
  });
  const overview = overviewOf(repository, folder, { locks, documents: new Map(documents) });
  const facts = inferredFacts({
    paths: await checkout.trackedFiles(factFiles),
    read: (path) => files.read(posix.join(folder, path)),
    operations: new Map([...overview.operations].map(([path, { size }]) => [path, size])),
  });
  return { repository, overview, facts };
}
