import { commandError } from '../errors.js';
import { jobsOf } from '../planning/jobs.js';
import type { CiTask, TaskGraph } from '../planning/task-graph.js';
import type { Release, Signing } from './workspace.js';

/** What a workspace can release. */
export interface FoundRelease {
  /** Undefined if nothing is packaged or pushed. */
  readonly release: Release | undefined;
  /** The projects whose images name no registry, and are not pushed. */
  readonly unpublished: readonly string[];
}

/**
 * Finds what a workspace releases: the archives of the target `package`, and images whose names have a registry.
 * @throws MillwrightError OPTION_INVALID for names that cannot be part of a workflow
 */
export function releaseOf(graph: TaskGraph, crossCompiled: readonly string[]): FoundRelease {
  const of = (executor: string) => graph.tasks.filter((task) => task.executor === executor);
  const packages = of('@millwright/artifacts:package');
  const pushes = of('@millwright/oci:oci-push');
  const images = pushes.filter((task) => registryOf(task) !== undefined);
  const unpublished = projectsOf(pushes.filter((task) => !images.includes(task)));
  if (packages.length === 0 && images.length === 0) return { release: undefined, unpublished };
  const pushed = projectsOf(images);
  const released = new Set([...projectsOf(packages), ...pushed]);
  const builds = graph.tasks.filter(
    ({ kind, project }) => kind === 'platform-build' && released.has(project),
  );
  const sboms = of('@millwright/artifacts:sbom').filter(({ project }) => released.has(project));
  const registries = [...new Set(images.flatMap((task) => registryOf(task) ?? []))].sort();
  const release = {
    jobs: jobsOf({ tasks: builds, allPlatforms: new Set() }, { targets: [], crossCompiled }),
    package: targetsOf(packages),
    sbom: targetsOf(sboms),
    sbomProjects: projectsOf(sboms),
    image: targetsOf(of('@millwright/oci:oci-image').filter(({ project }) => pushed.includes(project))),
    push: targetsOf(images),
    images: registries.map((registry) => ({
      registry,
      projects: projectsOf(images.filter((task) => registryOf(task) === registry)),
    })),
    ...signingOf(of('@millwright/artifacts:sign')),
  };
  checkTexts(release);
  return { release, unpublished };
}

/** Returns the registry of an image: the first part of its name, if it looks like a host (distribution/reference). */
function registryOf({ options: { name } }: CiTask): string | undefined {
  const [first = '', ...rest] = typeof name === 'string' ? name.split('/') : [];
  return rest.length > 0 && /[.:]/.test(first) ? first : undefined;
}

/** The settings of the first project that signs, and the artifacts of all. A release has one signature. */
function signingOf(tasks: readonly CiTask[]): { readonly signing?: Signing } {
  const [first] = tasks;
  if (first === undefined) return {};
  const { keyless, key, perFile, fulcioUrl, rekorUrl, rekorVersion, timestampUrl } = first.options;
  const urls = {
    'fulcio-url': fulcioUrl,
    'rekor-url': rekorUrl,
    'rekor-version': rekorVersion,
    'timestamp-url': timestampUrl,
  };
  return {
    signing: {
      keyless: keyless === true,
      ...(typeof key === 'string' ? { keyFile: key } : {}),
      options: [
        ...(perFile === true ? ['--per-file'] : []),
        ...Object.entries(urls).flatMap(([name, value]) =>
          typeof value === 'string' || typeof value === 'number' ? [`--${name}=${value}`] : [],
        ),
      ],
      attest: sorted(
        tasks.flatMap(({ options: { attest } }) => (Array.isArray(attest) ? attest.map(String) : [])),
      ),
    },
  };
}

/** GitHub replaces expressions in a workflow before a shell can quote them. */
function checkTexts(content: unknown): void {
  if (typeof content === 'string' && (content.includes('${{') || /\p{Cc}/u.test(content)))
    throw commandError('OPTION_INVALID', {
      what: 'no workflow was written',
      why: `${JSON.stringify(content)} cannot be part of a workflow`,
      remedy: 'rename the project, target or file: no control characters, and no `${{`',
    });
  if (typeof content === 'object' && content !== null) Object.values(content).forEach(checkTexts);
}

function targetsOf(tasks: readonly CiTask[]): string[] {
  return sorted(tasks.map(({ target }) => target));
}

function projectsOf(tasks: readonly CiTask[]): string[] {
  return sorted(tasks.map(({ project }) => project));
}

function sorted(values: readonly string[]): string[] {
  return [...new Set(values)].sort();
}
