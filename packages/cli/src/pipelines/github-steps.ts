import { uses } from './actions.js';
import { installRust, installZig, script } from './scripts.js';
import type { Workspace } from './workspace.js';

export type Step = Readonly<Record<string, unknown>>;

const node = 24;

/**
 * Checks out the repository. The token is not left in .git/config, where the code of a pull request could read it.
 * @param depth the number of commits; 0 for all
 */
export function checkout({ submodules }: Workspace, depth: number): Step {
  return {
    uses: uses('actions/checkout'),
    with: {
      'persist-credentials': false,
      ...(depth === 1 ? {} : { 'fetch-depth': depth }),
      ...(submodules ? { submodules: 'recursive' } : {}),
    },
  };
}

/**
 * Sets up Node and installs the packages of the lock file.
 * @param trust `cache` in jobs that publish nothing: downloads come from a cache. `scripts` in jobs that build: packages may run
 * scripts. `none` in jobs with credentials.
 */
export function setupNode(
  { manager, nodeVersionFile }: Workspace,
  trust: 'cache' | 'scripts' | 'none',
): Step[] {
  return [
    ...(manager.enable === undefined ? [] : [{ run: manager.enable }]),
    {
      uses: uses('actions/setup-node'),
      with: {
        ...(nodeVersionFile === undefined
          ? { 'node-version': node }
          : { 'node-version-file': nodeVersionFile }),
        ...(trust === 'cache' ? { cache: manager.name } : { 'package-manager-cache': false }),
      },
    },
    { run: trust === 'none' ? manager.installWithoutScripts : manager.install },
  ];
}

/**
 * Installs the toolchains and linkers of a row of the matrix, as far as any job of the workspace needs them.
 * @param isCached whether downloaded Go modules come from a cache
 */
export function setupToolchains({ jobs, goVersionFile }: Workspace, isCached: boolean): Step[] {
  const some = (test: (job: Workspace['jobs'][number]) => boolean) => jobs.some(test);
  return [
    ...(some(({ go }) => go)
      ? [
          {
            if: 'matrix.go',
            uses: uses('actions/setup-go'),
            with: {
              ...(goVersionFile === undefined
                ? { 'go-version': 'stable' }
                : { 'go-version-file': goVersionFile }),
              ...(isCached ? { 'cache-dependency-path': '**/go.sum' } : { cache: false }),
            },
          },
        ]
      : []),
    ...(some(({ rust }) => rust)
      ? [
          {
            name: 'Install Rust',
            if: 'matrix.rust',
            env: { JOB: '${{ matrix.name }}', TRIPLES: '${{ matrix.triples }}' },
            run: installRust,
          },
        ]
      : []),
    ...(some(({ packages }) => packages.length > 0)
      ? [
          {
            name: 'Install cross compilers',
            if: "matrix.packages != ''",
            env: { PACKAGES: '${{ matrix.packages }}' },
            run: script(
              'sudo apt-get update',
              'for package in $PACKAGES; do sudo apt-get install --yes --no-install-recommends "$package"; done',
            ),
          },
        ]
      : []),
    ...(some(({ zig }) => zig)
      ? [
          {
            name: 'Install zig',
            if: 'matrix.zig',
            run: script(installZig('$RUNNER_TEMP/zig'), 'echo "$RUNNER_TEMP/zig/bin" >> "$GITHUB_PATH"'),
          },
        ]
      : []),
  ];
}

/** What both workflows begin with. Each job states its permissions, and each script ends at the first failure. */
export const workflowDefaults = { permissions: {}, defaults: { run: { shell: 'bash' } } };

/** The machine of jobs that build nothing. */
export const plainRunner = { 'runs-on': 'ubuntu-24.04', 'timeout-minutes': 30 };
