/** The SBOM of a Go program, beside what cyclonedx-gomod says. */
import { join } from 'node:path';
import { componentsOf } from '../../packages/artifacts/dist/sbom/components.js';
import { linkedUnits } from '../../packages/go/dist/go-cli/linked-units.js';
import { moduleFolder } from '../corpus/packages.ts';
import { bringModule } from '../corpus/repository.ts';
import { mustTool, tool } from '../corpus/tool.ts';
import { checkDocument, difference } from './check.ts';
import type { ModuleSubject } from './subjects.ts';
import { bringTool } from './tools.ts';

interface Document {
  readonly components?: readonly { readonly name: string; readonly version?: string }[];
}

/**
 * Compares the SBOM of a Go program with that of `cyclonedx-gomod app`.
 * @param folder for modules and tools, kept
 * @returns the number of components
 * @throws Error that names what differs
 */
export async function compareModule(folder: string, one: ModuleSubject): Promise<number> {
  const place = join(folder, moduleFolder(one.name));
  bringModule(folder, moduleFolder(one.name), one, () => undefined);
  makeCommit(place);
  const toolchain = mustTool(place, 'go', 'env', 'GOVERSION').trim();
  const env = { ...process.env, GOOS: 'linux', GOARCH: 'amd64', CGO_ENABLED: '0', GOFLAGS: '-mod=mod' };
  const program = { flags: [], pkg: `./${one.program}`, platform: 'linux/amd64', toolchain };
  const record = await linkedUnits({ go: 'go', folder: place, env }, program, place);
  if (record === undefined) throw new Error('go cannot list the packages');
  await checkDocument(one.name, record);
  const ours = componentsOf(record).packages.map(({ name, version = '' }) =>
    name === 'std' ? `std go${version}` : `${name} ${version}`,
  );
  const gomod = bringTool(join(folder, 'tools'), 'cyclonedx-gomod');
  const text = mustTool(
    ...([place, 'env', 'GOOS=linux', 'GOARCH=amd64', 'CGO_ENABLED=0', 'GOFLAGS=-mod=mod'] as const),
    ...[gomod, 'app', '-json', '-std', '-main', one.program, '.'],
  );
  const { components = [] } = JSON.parse(text) as Document;
  difference(
    'cyclonedx-gomod',
    ours,
    components.map(({ name, version = '' }) => `${name} ${version}`),
  );
  return ours.length;
}

/** Commits the sources: cyclonedx-gomod takes the version of the main module from Git. */
function makeCommit(place: string): void {
  // Git must not find the repository around it.
  if (tool(place, 'git', ['--git-dir=.git', 'rev-parse', '--quiet', '--verify', 'HEAD']).succeeded) return;
  const git = (...args: readonly string[]) => mustTool(place, 'git', ...args);
  git('init', '--quiet');
  git('add', '--all');
  const author = ['-c', 'user.name=Campaign', '-c', 'user.email=campaign@example.org'];
  git(...author, 'commit', '--quiet', '--message', 'sources');
}
