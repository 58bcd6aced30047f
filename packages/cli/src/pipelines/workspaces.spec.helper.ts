import { gristmill } from '../planning/gristmill.spec.helper.js';
import { jobsOf } from '../planning/jobs.js';
import { packageManager } from './package-manager.js';
import { releaseOf } from './release.js';
import { allTasks } from '../planning/task-graph.js';
import type { Workspace } from './workspace.js';

type Targets = Readonly<
  Record<
    string,
    { readonly executor: string; readonly options?: object; readonly dependsOn?: readonly string[] }
  >
>;

/** Returns what CI knows of a workspace with these projects. */
export function workspaceWith(
  projects: Readonly<Record<string, Targets>>,
  others: Partial<Workspace> = {},
): Workspace {
  const nodes = Object.fromEntries(
    Object.entries(projects).map(([name, targets]) => [name, { data: { targets } }]),
  );
  return fromNodes(nodes, others);
}

function fromNodes(nodes: object, others: Partial<Workspace>): Workspace {
  const graph = allTasks(nodes);
  const { targets = ['build', 'test'], crossCompiled = [] } = others;
  const { release } = releaseOf(graph, crossCompiled);
  return {
    manager: packageManager('npm', false),
    branch: 'main',
    tags: 'v*',
    targets,
    crossCompiled,
    submodules: false,
    jobs: jobsOf(graph, { targets, crossCompiled }),
    ...(release && { release }),
    ...others,
  };
}

const rust = (platform: string) => ({ executor: '@millwright/cargo:cargo-cross', options: { platform } });
const go = (platform: string) => ({ executor: '@millwright/go:build', options: { platform } });
const test = { executor: '@millwright/go:test' };
const packaged = {
  executor: '@millwright/artifacts:package',
  options: { artifacts: ['artifacts/linux/amd64/app'] },
};
const sbom = { executor: '@millwright/artifacts:sbom' };
const sign = (options: object) => ({ executor: '@millwright/artifacts:sign', options });
const image = (name: string) => ({
  'oci-image': { executor: '@millwright/oci:oci-image', options: { name } },
  'oci-push': { executor: '@millwright/oci:oci-push', options: { name } },
});
const attest = ['artifacts/linux/amd64/app'];
const cache = { url: 'https://cache.example.org', workspace: 'shop' };

/** Workspaces that differ in what their CI has to do. */
export const workspaces: Readonly<Record<string, Workspace>> = {
  'a Go program for Linux': workspaceWith({ tool: { 'build-linux-amd64': go('linux/amd64'), test } }),
  'a crate for three systems, with a cache': workspaceWith(
    {
      app: {
        'build-linux-amd64': rust('linux/amd64'),
        'build-darwin-arm64': rust('darwin/arm64'),
        'build-windows-amd64': rust('windows/amd64'),
        package: packaged,
      },
    },
    { cache },
  ),
  'archives signed with a key, and images with attestations': workspaceWith({
    app: {
      'build-linux-amd64': rust('linux/amd64'),
      'build-linux-arm64': rust('linux/arm64'),
      sbom,
      package: packaged,
      sign: sign({ attest }),
      ...image('ghcr.io/acme/app'),
    },
  }),
  'archives signed without a key, with pnpm': workspaceWith(
    {
      app: {
        'build-linux-amd64': rust('linux/amd64'),
        package: packaged,
        sign: sign({ keyless: true, fulcioUrl: 'https://fulcio.example.org' }),
      },
    },
    { manager: packageManager('pnpm', false), submodules: true, nodeVersionFile: '.nvmrc' },
  ),
  'images in two registries, with yarn': workspaceWith(
    {
      app: { 'build-linux-amd64': go('linux/amd64'), ...image('registry.gitlab.com/acme/app') },
      tool: { 'build-linux-amd64': go('linux/amd64'), ...image('registry.example.com:5000/tool') },
    },
    { manager: packageManager('yarn', true), goVersionFile: 'go.work' },
  ),
  'an older glibc and musl, linked by zig': workspaceWith({
    app: {
      'build-linux-amd64': {
        executor: '@millwright/cargo:cargo-cross',
        options: { platform: 'linux/amd64', glibc: '2.28' },
      },
      'build-linux-arm64-musl': {
        executor: '@millwright/cargo:cargo-cross',
        options: { platform: 'linux/arm64', libc: 'musl' },
      },
    },
  }),
  'gristmill, with a cache': fromNodes(gristmill.nodes, {
    cache,
    targets: ['build', 'test', 'lint', 'format-check'],
  }),
};
