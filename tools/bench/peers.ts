/** The peers, each at one version, from npm, in an ignored folder. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { benchEnvironment, lastLines, repository, timed } from './run.ts';

export const versions = {
  turbo: '2.11.11',
  moon: '2.5.5',
  monodon: '3.0.0',
  monodonNx: '22.6.1',
  redocly: '2.77.0',
  windmillClient: '1.818.0',
  tinybench: '6.2.5',
};

const packages = {
  redocly: [`@redocly/cli@${versions.redocly}`],
  windmillClient: [`windmill-client@${versions.windmillClient}`, `tinybench@${versions.tinybench}`],
  turbo: [`turbo@${versions.turbo}`],
  moon: [`@moonrepo/cli@${versions.moon}`],
  // Supports Nx up to version 22.
  monodon: [
    `@monodon/rust@${versions.monodon}`,
    `nx@${versions.monodonNx}`,
    `@nx/devkit@${versions.monodonNx}`,
  ],
};

export type Peer = keyof typeof packages;

/** A peer's node_modules folder, or why it is missing. */
export type Installed = { readonly modules: string } | { readonly missing: string };

export function installPeer(peer: Peer): Installed {
  const folder = join(repository, '.nx', 'bench', packages[peer].join('+').replaceAll('/', '-'));
  const modules = join(folder, 'node_modules');
  // npm writes this file last.
  if (existsSync(join(modules, '.package-lock.json'))) return { modules };
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"name":"peer","private":true}');
  const flags = ['--no-audit', '--no-fund', '--loglevel=error', '--legacy-peer-deps'];
  const { failed, output } = timed(
    ['npm', 'install', ...flags, ...packages[peer]],
    folder,
    benchEnvironment(false),
  );
  return failed ? { missing: `npm cannot install it: ${lastLines(output)}` } : { modules };
}
