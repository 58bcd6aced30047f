import { join, relative } from 'node:path';
import { diskFiles, type Environment, type Finding, repositoryAbove } from '@millwright/toolkit';
import { Checkout } from '../../vendored/checkout.js';
import { factFiles, inferredFacts } from '../../vendored/inferred-facts.js';
import { isOpenApi, openApiNames, operationsIn } from '../../vendored/operations.js';

/** Linkers and libraries are checked for each target triple. */
const checkedElsewhere = /(^|\/)(\.cargo\/config(\.toml)?|Cargo\.lock)$/;

/**
 * Lists what builds infer from the tracked files of a Cargo workspace: saved SQLx queries, scripts that print features,
 * and the OpenAPI documents of vendored sources.
 * @param root the Nx workspace's folder, absolute
 * @param workspace the Cargo workspace's folder, absolute
 */
export async function inferredFindings(
  root: string,
  workspace: string,
  env: Environment,
): Promise<Finding[]> {
  const repository = repositoryAbove(workspace);
  if (repository === undefined) return [];
  const checkout = new Checkout(repository);
  const files = diskFiles(repository);
  const within = relative(repository, workspace);
  const tracked = async (names: readonly string[]) =>
    (await checkout.trackedFiles(names)).filter((path) => within === '' || path.startsWith(`${within}/`));
  const documents = repository === repositoryAbove(root) ? [] : await tracked(openApiNames);
  const facts = inferredFacts({
    paths: (await tracked(factFiles)).filter((path) => !checkedElsewhere.test(path)),
    read: files.read,
    operations: new Map(
      documents.flatMap((path) => {
        const text = files.read(path) ?? '';
        return isOpenApi(text) ? [[path, operationsIn(text).size] as const] : [];
      }),
    ),
  });
  const usesDatabase = env.DATABASE_URL !== undefined;
  return facts.map(({ from, what }) => ({
    state: 'hint',
    what: 'inferred',
    detail: `${relative(root, join(repository, from))}: ${from.endsWith('.sqlx') && usesDatabase ? 'not used, because DATABASE_URL is set' : what}`,
  }));
}
