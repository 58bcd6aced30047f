import type { ExecutorContext } from '@nx/devkit';
import { artifactError } from '../errors.js';
import { isCiJob, trustClassOf } from '../provenance/builder.js';

/** How what is signed came to be. */
export interface SigningRun {
  /** Whether the cache verifies who wrote each entry, and restores only entries of trusted builders. */
  readonly trustCache: boolean;
  /** Whether the run leaves out the tasks that build what is signed. */
  readonly leavesOutBuilds: boolean;
}

/**
 * Checks that what is signed in CI was built by this run, and not restored from a cache that others can write to. The server of
 * `millwright cache run` restores only what trusted jobs wrote if the run itself is trusted.
 * Nx gives tasks `NX_SKIP_NX_CACHE` also if the option `--skip-nx-cache` was passed.
 * @throws MillwrightError SIGNING_CACHE_UNTRUSTED
 */
export function checkFreshness(env: NodeJS.ProcessEnv, { trustCache, leavesOutBuilds }: SigningRun): void {
  const trustClass = trustClassOf(env);
  const isUntrusted = trustClass !== undefined && trustClass !== 'trusted';
  if (!isCiJob(env) || (trustCache && !isUntrusted)) return;
  const why = isUntrusted
    ? `this run has the trust class ${trustClass}, for which the cache also restores what untrusted jobs wrote`
    : 'anyone who can write to the cache could get a file signed';
  if (env.NX_SKIP_NX_CACHE !== 'true' && env.NX_DISABLE_NX_CACHE !== 'true')
    throw artifactError('SIGNING_CACHE_UNTRUSTED', {
      what: 'refusing to sign: this run may have restored archives from a cache',
      why,
      ...(isUntrusted
        ? { remedy: 'sign in a job that the server trusts, or run Nx with `--skip-nx-cache`' }
        : {}),
    });
  if (leavesOutBuilds)
    throw artifactError('SIGNING_CACHE_UNTRUSTED', {
      what: 'refusing to sign: this run did not build the archives, and an earlier one may have restored them from a cache',
      why,
      remedy: 'run Nx without `--exclude-task-dependencies`',
    });
}

/** Returns true if the target of an executor depends on others, but this run has none of their tasks. */
export function leavesOutBuilds({
  projectName = '',
  targetName = '',
  configurationName,
  projectsConfigurations,
  taskGraph,
}: ExecutorContext): boolean {
  const { dependsOn = [] } = projectsConfigurations.projects[projectName]?.targets?.[targetName] ?? {};
  const task = [projectName, targetName, ...(configurationName === undefined ? [] : [configurationName])];
  const inRun = taskGraph?.dependencies[task.join(':')] ?? [];
  return dependsOn.length > 0 && inRun.length === 0;
}
