import { withComments } from './actions.js';
import { checkout, plainRunner, setupNode, setupToolchains, workflowDefaults } from './github-steps.js';
import { matrixCommand, nxWithCache, script } from './scripts.js';
import type { Workspace } from './workspace.js';
import { yamlOf } from './yaml.js';

/**
 * Returns the workflow that checks each change: a plan of the jobs, the jobs, and one result for branch protection. Pull
 * requests run with a token that can only read.
 */
export function githubCi(workspace: Workspace): string {
  const { branch, targets, manager, cache } = workspace;
  const graph = '$RUNNER_TEMP/tasks.json';
  const content = {
    name: 'CI',
    on: { push: { branches: [branch] }, pull_request: {} },
    ...workflowDefaults,
    concurrency: {
      group: 'ci-${{ github.ref }}',
      'cancel-in-progress': "${{ github.event_name == 'pull_request' }}",
    },
    jobs: {
      plan: {
        name: 'Plan',
        ...plainRunner,
        permissions: { contents: 'read' },
        outputs: { matrix: '${{ steps.plan.outputs.matrix }}' },
        steps: [
          // Of a pull request, GitHub checks out a merge commit, whose first parent is the branch.
          checkout(workspace, 2),
          ...setupNode(workspace, 'cache'),
          {
            name: 'Plan the jobs',
            id: 'plan',
            env: { TARGETS: targets.join(',') },
            run: script(
              'if [ "$GITHUB_EVENT_NAME" = pull_request ]; then',
              `  ${manager.exec} nx affected --targets="$TARGETS" --base=HEAD^1 --head=HEAD --graph="${graph}"`,
              'else',
              `  ${manager.exec} nx run-many --targets="$TARGETS" --graph="${graph}"`,
              'fi',
              `matrix="$(${matrixCommand(workspace, graph, ' --targets "$TARGETS"')})"`,
              'echo "matrix=$matrix" >> "$GITHUB_OUTPUT"',
            ),
          },
        ],
      },
      run: {
        name: '${{ matrix.name }}',
        needs: 'plan',
        // GitHub rejects a matrix without rows.
        if: `needs.plan.outputs.matrix != '{"include":[]}'`,
        'runs-on': '${{ matrix.runner }}',
        'timeout-minutes': 120,
        permissions: { contents: 'read', ...(cache === undefined ? {} : { 'id-token': 'write' }) },
        strategy: { 'fail-fast': false, matrix: '${{ fromJSON(needs.plan.outputs.matrix) }}' },
        steps: [
          checkout(workspace, 1),
          ...setupNode(workspace, 'cache'),
          ...setupToolchains(workspace, true),
          {
            name: 'Run Nx',
            env: { TARGETS: '${{ matrix.targets }}', PROJECTS: '${{ matrix.projects }}' },
            run: `${nxWithCache(workspace)} run-many --targets="$TARGETS" --projects="$PROJECTS"`,
          },
        ],
      },
      result: {
        name: 'Result',
        needs: ['plan', 'run'],
        if: 'always()',
        ...plainRunner,
        permissions: {},
        steps: [
          {
            name: 'Check the results of all jobs',
            env: { PLAN: '${{ needs.plan.result }}', RUN: '${{ needs.run.result }}' },
            run: script('test "$PLAN" = success', 'test "$RUN" = success || test "$RUN" = skipped'),
          },
        ],
      },
    },
  };
  return withComments(
    yamlOf(
      content,
      [
        'Pull requests run what they affect. Pushes run everything, and Nx restores what did not change.',
        'Require the job `Result` in the protection of the branch.',
      ],
      'jobs',
    ),
  );
}
