import { shellWord } from '@millwright/toolkit/core';
import { runJobScript, setup } from './gitlab-scripts.js';
import {
  imageSigning,
  nxOverArtifacts,
  packageScript,
  projectsOption,
  sbomScript,
  script,
  signScript,
} from './scripts.js';
import type { Release, Workspace } from './workspace.js';

type Machines = Readonly<Record<'linux' | 'macos', object>>;

/** The jobs of a release, by name: builds without credentials, then the jobs that sign and publish what these built. */
export function gitlabReleaseJobs(
  workspace: Workspace,
  release: Release,
  isTag: string,
  machines: Machines,
): Readonly<Record<string, object>> {
  const rules = [{ if: isTag }];
  const builds = release.jobs.flatMap((job) =>
    job.system === 'windows' ? [] : [{ ...job, system: job.system }],
  );
  const needs = builds.map(({ name }) => `release-${name}`);
  return {
    ...Object.fromEntries(
      builds.map((job) => [
        `release-${job.name}`,
        {
          stage: 'build',
          rules,
          ...machines[job.system],
          before_script: setup(workspace, job),
          script: [
            runJobScript(workspace, {
              targets: shellWord([...release.package, ...release.image].join(',')),
              job: job.name,
              nx: `${workspace.manager.exec} nx run-many`,
              options: ' --skip-nx-cache',
              isAffected: false,
            }),
            `tar -cf artifacts-${job.name}.tar artifacts`,
          ],
          artifacts: { paths: [`artifacts-${job.name}.tar`], expire_in: '1 day' },
        },
      ]),
    ),
    ...(release.package.length > 0 ? { release: releaseJob(workspace, release, { rules, needs }) } : {}),
    ...(release.images.length > 0 ? { images: imagesJob(workspace, release, { rules, needs }) } : {}),
  };
}

interface Order {
  readonly rules: readonly object[];
  readonly needs: readonly string[];
}

function withCredentials({ manager }: Workspace, { rules, needs }: Order): object {
  return {
    stage: 'release',
    rules,
    needs,
    environment: 'release',
    before_script: [
      ...(manager.enable === undefined ? [] : [manager.enable]),
      manager.installWithoutScripts,
      'for archive in artifacts-*.tar; do tar -xf "$archive"; done',
    ],
  };
}

function releaseJob(workspace: Workspace, release: Release, order: Order): object {
  const { signing } = release;
  return {
    ...withCredentials(workspace, order),
    ...(signing?.keyless === true ? { id_tokens: { SIGSTORE_ID_TOKEN: { aud: 'sigstore' } } } : {}),
    script: [
      packageScript(workspace, release),
      signScript(workspace, release, '/tmp', '$CI_COMMIT_TAG'),
      script(
        'project="$CI_API_V4_URL/projects/$CI_PROJECT_ID"',
        'links=()',
        'for file in dist/*; do',
        '  name="${file#dist/}"',
        '  url="$project/packages/generic/release/$CI_COMMIT_TAG/$name"',
        '  curl --fail --header "JOB-TOKEN: $CI_JOB_TOKEN" --upload-file "$file" "$url"',
        '  links+=(--data-urlencode "assets[links][][name]=$name" --data-urlencode "assets[links][][url]=$url")',
        'done',
        'curl --fail --header "JOB-TOKEN: $CI_JOB_TOKEN" --data-urlencode "tag_name=$CI_COMMIT_TAG" "${links[@]}" "$project/releases"',
      ),
    ],
  };
}

function imagesJob(workspace: Workspace, release: Release, order: Order): object {
  const { images, image, push } = release;
  return {
    ...withCredentials(workspace, order),
    script: [
      ...(release.sbom.length > 0 ? [sbomScript(workspace, release)] : []),
      nxOverArtifacts(workspace, image, projectsOption(images.flatMap(({ projects }) => projects))),
      ...images.map((one) => {
        const [user, password] =
          one.registry === 'registry.gitlab.com'
            ? ['CI_REGISTRY_USER', 'CI_REGISTRY_PASSWORD']
            : ['REGISTRY_USER', 'REGISTRY_PASSWORD'];
        return script(
          `export MILLWRIGHT_REGISTRY=${shellWord(one.registry)}`,
          `export MILLWRIGHT_REGISTRY_USER="$${user}" MILLWRIGHT_REGISTRY_PASSWORD="$${password}"`,
          nxOverArtifacts(workspace, push, projectsOption(one.projects) + imageSigning(release)),
        );
      }),
    ],
  };
}
