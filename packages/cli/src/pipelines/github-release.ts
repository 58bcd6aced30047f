import { shellWord } from '@millwright/toolkit/core';
import { uses, withComments } from './actions.js';
import {
  checkout,
  plainRunner,
  setupNode,
  setupToolchains,
  type Step,
  workflowDefaults,
} from './github-steps.js';
import {
  imageSigning,
  matrixCommand,
  nxOverArtifacts,
  packageScript,
  projectsOption,
  sbomScript,
  script,
  signScript,
} from './scripts.js';
import type { Release, Signing, Workspace } from './workspace.js';
import { yamlOf } from './yaml.js';

/** The secrets of a step that signs with a key. */
function keyVariables(signing: Signing | undefined): Readonly<Record<string, string>> {
  return {
    ...(signing?.keyFile === undefined
      ? { MILLWRIGHT_SIGNING_KEY: '${{ secrets.MILLWRIGHT_SIGNING_KEY }}' }
      : {}),
    MILLWRIGHT_PASSPHRASE: '${{ secrets.MILLWRIGHT_PASSPHRASE }}',
  };
}

/**
 * Returns the workflow that releases a tag. Jobs that run code of dependencies have no credentials; jobs with credentials
 * run no such code.
 */
export function githubRelease(workspace: Workspace, release: Release): string {
  const content = {
    name: 'Release',
    on: { push: { tags: [workspace.tags] } },
    ...workflowDefaults,
    concurrency: { group: 'release-${{ github.ref }}', 'cancel-in-progress': false },
    jobs: {
      plan: planJob(workspace, release),
      build: buildJob(workspace),
      ...(release.package.length > 0 ? { release: releaseJob(workspace, release) } : {}),
      ...(release.images.length > 0 ? { images: imagesJob(workspace, release) } : {}),
    },
  };
  const notes = [
    'Everything is built in this run: neither a remote cache nor a cache of downloads can provide a file of the release.',
    'Create the environment `release` in the settings of the repository: it holds the secrets, and limits them to tags.',
  ];
  return withComments(yamlOf(content, notes, 'jobs'));
}

function planJob(workspace: Workspace, release: Release): object {
  const { manager } = workspace;
  const graph = '$RUNNER_TEMP/tasks.json';
  const targets = shellWord(`--targets=${[...release.package, ...release.image].join(',')}`);
  return {
    name: 'Plan',
    ...plainRunner,
    permissions: { contents: 'read' },
    outputs: { matrix: '${{ steps.plan.outputs.matrix }}' },
    steps: [
      checkout(workspace, 1),
      ...setupNode(workspace, 'scripts'),
      {
        name: 'Plan the builds',
        id: 'plan',
        run: script(
          `${manager.exec} nx run-many ${targets} --graph="${graph}"`,
          `matrix="$(${matrixCommand(workspace, graph)})"`,
          'echo "matrix=$matrix" >> "$GITHUB_OUTPUT"',
        ),
      },
    ],
  };
}

function buildJob(workspace: Workspace): object {
  return {
    name: '${{ matrix.name }}',
    needs: 'plan',
    'runs-on': '${{ matrix.runner }}',
    'timeout-minutes': 120,
    permissions: { contents: 'read' },
    strategy: { matrix: '${{ fromJSON(needs.plan.outputs.matrix) }}' },
    steps: [
      checkout(workspace, 0),
      ...setupNode(workspace, 'scripts'),
      ...setupToolchains(workspace, false),
      {
        name: 'Build',
        env: { TARGETS: '${{ matrix.targets }}', PROJECTS: '${{ matrix.projects }}' },
        run: script(
          `${workspace.manager.exec} nx run-many --targets="$TARGETS" --projects="$PROJECTS" --skip-nx-cache`,
          '# Uploads lose the modes of files, archives keep them.',
          'tar -cf artifacts.tar artifacts',
        ),
      },
      {
        uses: uses('actions/upload-artifact'),
        with: {
          name: 'artifacts-${{ matrix.name }}',
          path: 'artifacts.tar',
          'if-no-files-found': 'error',
          'retention-days': 1,
        },
      },
    ],
  };
}

/** Gets what the build jobs of this run made. */
function downloaded(): Step[] {
  return [
    {
      uses: uses('actions/download-artifact'),
      with: { pattern: 'artifacts-*', path: '${{ runner.temp }}/artifacts' },
    },
    {
      name: 'Unpack the artifacts',
      run: 'for archive in "$RUNNER_TEMP"/artifacts/*/artifacts.tar; do tar -xf "$archive"; done',
    },
  ];
}

function releaseJob(workspace: Workspace, release: Release): object {
  const { signing } = release;
  return {
    name: 'Release',
    needs: 'build',
    ...plainRunner,
    environment: 'release',
    permissions: { contents: 'write', ...(signing?.keyless === true ? { 'id-token': 'write' } : {}) },
    steps: [
      checkout(workspace, 0),
      ...setupNode(workspace, 'none'),
      ...downloaded(),
      { name: 'Package', run: packageScript(workspace, release) },
      {
        name: signing === undefined ? 'Write checksums' : 'Sign',
        ...(signing === undefined || signing.keyless ? {} : { env: keyVariables(signing) }),
        run: signScript(workspace, release, '$RUNNER_TEMP', '$GITHUB_REF_NAME'),
      },
      {
        name: 'Publish',
        env: { GH_TOKEN: '${{ github.token }}' },
        run: 'gh release create "$GITHUB_REF_NAME" --verify-tag --title "$GITHUB_REF_NAME" --generate-notes dist/*',
      },
    ],
  };
}

function imagesJob(workspace: Workspace, release: Release): object {
  const { signing, images } = release;
  const sign = imageSigning(release);
  const usesGithub = images.some(({ registry }) => registry === 'ghcr.io');
  return {
    name: 'Images',
    needs: 'build',
    ...plainRunner,
    environment: 'release',
    permissions: { contents: 'read', ...(usesGithub ? { packages: 'write' } : {}) },
    steps: [
      checkout(workspace, 0),
      ...setupNode(workspace, 'none'),
      ...downloaded(),
      ...(release.sbom.length > 0 ? [{ name: 'SBOMs', run: sbomScript(workspace, release) }] : []),
      {
        name: 'Build the images',
        run: nxOverArtifacts(
          workspace,
          release.image,
          projectsOption(images.flatMap(({ projects }) => projects)),
        ),
      },
      ...images.map(({ registry, projects }) => ({
        name: `Push to ${registry}`,
        env: {
          MILLWRIGHT_REGISTRY: registry,
          ...(registry === 'ghcr.io'
            ? {
                MILLWRIGHT_REGISTRY_USER: '${{ github.actor }}',
                MILLWRIGHT_REGISTRY_PASSWORD: '${{ github.token }}',
              }
            : {
                MILLWRIGHT_REGISTRY_USER: '${{ secrets.REGISTRY_USER }}',
                MILLWRIGHT_REGISTRY_PASSWORD: '${{ secrets.REGISTRY_PASSWORD }}',
              }),
          ...(sign === '' ? {} : keyVariables(signing)),
        },
        run: nxOverArtifacts(workspace, release.push, projectsOption(projects) + sign),
      })),
    ],
  };
}
