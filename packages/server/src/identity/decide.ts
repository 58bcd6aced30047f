import type { CiJob } from './job.js';
import { parseTrustClass, type TrustClass } from './trust-class.js';

/** Which jobs of a repository are trusted. */
export interface TrustPolicy {
  readonly repository: string;
  /** Decides alone, if it is set: a repository keeps its ID when it is renamed. */
  readonly repositoryId?: string | undefined;
  readonly refs: readonly string[];
  readonly events: readonly string[];
  readonly workflows: readonly string[];
  readonly requireProtectedRef: boolean;
}

/** A decision and why it was made, for the log and for the person who asks. */
export type Decision =
  | { readonly trustClass: TrustClass; readonly reason: string }
  | { readonly trustClass: undefined; readonly reason: string };

/**
 * Events whose job runs the definition of its own ref, without input of strangers. All other events, such as
 * `pull_request_target`, `workflow_run` and `issue_comment`, run on a branch with input of others, so their results are kept
 * apart from those of the branch.
 */
const ownEvents = new Set(['push', 'schedule', 'release', 'workflow_dispatch', 'web', 'api', 'create']);

/**
 * Decides the trust class of a CI job. Only an allow-list makes it trusted: the event, and the ref, and that the ref is
 * protected, and the workflow. A job that misses one gets a class of its own, from which trusted jobs never read.
 */
export function decideClass(job: CiJob, policy: TrustPolicy): Decision {
  if (policy.repositoryId === undefined && job.repository !== policy.repository)
    return { trustClass: undefined, reason: `the job belongs to the repository ${job.repository}` };
  if (policy.repositoryId !== undefined && job.repositoryId !== policy.repositoryId)
    return {
      trustClass: undefined,
      reason: `the repository ${job.repository} has the ID ${job.repositoryId ?? 'none'}, not ${policy.repositoryId}`,
    };
  if (job.ref === '' || job.event === '')
    return { trustClass: undefined, reason: 'the token does not say for which ref and event the job runs' };
  const missing = [
    ...(policy.events.includes(job.event) ? [] : [`the event ${job.event} is not trusted`]),
    ...(matchesAny(job.ref, policy.refs) ? [] : [`the ref ${job.ref} is not trusted`]),
    ...(job.isProtected || !policy.requireProtectedRef ? [] : [`the ref ${job.ref} is not protected`]),
    ...(job.workflow !== undefined && policy.workflows.includes(job.workflow)
      ? []
      : [`the workflow ${job.workflow ?? 'of another repository'} is not trusted`]),
    // A pull request that was closed has the ref of its base branch. The event excludes it; so does this.
    ...(job.pullRequest === undefined ? [] : ['it runs for a pull request']),
  ];
  if (missing.length === 0)
    return { trustClass: 'trusted', reason: `${job.event} on ${job.ref} by ${job.workflow ?? ''}` };
  const reason = missing.join('; ');
  // A ref cannot contain a colon, so no branch has the class of another's events.
  const own =
    job.pullRequest !== undefined
      ? `pr:${job.pullRequest}`
      : `branch:${job.ref}${ownEvents.has(job.event) ? '' : `:${job.event}`}`;
  const trustClass = parseTrustClass(own);
  return trustClass === undefined || trustClass === 'trusted'
    ? { trustClass: undefined, reason: `the job has no usable ref: ${JSON.stringify(job.ref)}` }
    : { trustClass, reason };
}

/** Whether a ref matches a pattern, in which `*` stands for any characters but `/`, and `**` for any. */
function matchesAny(ref: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => {
    const source = pattern
      .split(/(\*\*?)/)
      .map((part) =>
        part === '**' ? '.*' : part === '*' ? '[^/]*' : part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'),
      )
      .join('');
    return new RegExp(`^${source}$`).test(ref);
  });
}
