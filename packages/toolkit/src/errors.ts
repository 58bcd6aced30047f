import { type ErrorCatalogue, errorFactory, type ErrorSection } from './errors/catalogue.js';

/** Errors of all plugins. */
const general = {
  OPTION_INVALID: {
    meaning: 'An option has a value that the executor, generator or plugin does not accept.',
    remedy: 'correct the option where it is set: nx.json, project.json or the command line',
  },
  OPTION_CONTRADICTS_TARGET: {
    meaning: 'An option conflicts with the target, or with another option.',
    remedy: 'run the target named above, or remove the option',
  },
  OPTION_NOT_PASSED: {
    meaning: 'Nx interprets or drops the option itself, so the target does not receive it.',
    remedy: 'use the command given above',
  },
  CONFIGURATION_UNKNOWN: {
    meaning:
      'The target does not have the requested configuration. Nx would silently run the default configuration.',
    remedy: 'use one of the configurations listed above',
  },
  NODE_UNSUPPORTED: {
    meaning: 'Millwright does not support the installed version of Node.js.',
    remedy: 'install Node.js 24.15 or newer, and run the command again',
    printed: ['Map.groupBy is not a function'],
  },
  PLATFORM_UNKNOWN: {
    meaning: 'The platform or target triple is unknown.',
    remedy: 'use an OCI platform, such as linux/amd64 or linux/arm64',
  },
  PATH_OUTSIDE_WORKSPACE: {
    meaning: 'A path leads outside the workspace, directly or through a symbolic link.',
    remedy:
      'use a path inside the workspace; if a symbolic link in the path points outside the workspace, replace the link with a folder',
  },
  PRIVATE_FOLDER_UNSAFE: {
    meaning:
      'No private folder, writable only by the current user, is available for locks and temporary files.',
    remedy: 'set XDG_CACHE_HOME to the absolute path of a folder owned by the current user',
  },
  PROCESS_FAILED: {
    meaning: 'A program that Millwright runs failed.',
    remedy: 'read the output above; --verbose shows all of the output',
  },
  PROCESS_MISSING: {
    meaning: 'A required program is not installed, or cannot be started.',
    remedy: 'install the program, and check that it is on PATH',
  },
  TEMPORARY_FOLDER_UNUSABLE: {
    meaning: 'The folder for temporary files or cached tools is not writable by the current user.',
    remedy:
      'set TMPDIR (for temporary files) or XDG_CACHE_HOME (for cached tools) to a folder that the current user can write to',
  },
  DISK_SPACE_LOW: {
    meaning: 'There is not enough disk space for a build.',
    remedy: 'free some space, or set CARGO_TARGET_DIR to a folder on a larger disk',
  },
  INPUT_TOO_LARGE: {
    meaning:
      'A file is too large, or a folder has too many files, to be hashed completely. Some changes will not trigger a rebuild.',
    remedy: 'exclude files that the build does not use, for example in .nxignore, or move them elsewhere',
  },
  FILE_IGNORED: {
    meaning:
      'A file was ignored because it is not a regular file, is too large, or is a link to a file outside the workspace.',
    remedy: 'replace the file or link with a regular file inside the workspace, or remove it',
  },
  GIT_REPOSITORY_UNTRUSTED: {
    meaning:
      'git does not read a repository that belongs to another user, so the state of its files is unknown.',
    remedy: 'if you trust the repository: git config --global --add safe.directory <folder>',
    printed: ['detected dubious ownership in repository'],
  },
  WORKSPACE_PATTERN_IGNORED: {
    meaning:
      '"workspaces" of package.json has too many patterns, or a pattern that is too complex. The names of projects are determined without the pattern, or without the excess patterns.',
    remedy: 'simplify the pattern, or list its folders; replace many patterns with one, such as `packages/*`',
  },
  EXPLAIN_TARGET_UNKNOWN: {
    meaning: 'The project does not have the target that `explain` was asked about.',
    remedy: 'pass one of the targets listed above: --task=<target>',
  },
  EXPLAIN_TARGET_NOT_CACHED: {
    meaning: '`explain` was asked about a target that is not cached, so Nx computes no hash for it.',
    remedy: 'pass one of the targets listed above: --task=<target>',
  },
  EXPLAIN_UNSUPPORTED: {
    meaning:
      'The hash of a task cannot be computed, because Millwright does not support the installed version of Nx.',
    remedy: 'use Nx 24, or run `nx show target <project>:<target> inputs`, which lists the inputs',
  },
  FOLDER_NOT_WRITABLE: {
    meaning: 'The current user cannot write to the target folder or to artifacts/.',
    remedy: 'give the current user write access to the folder',
  },
} satisfies ErrorCatalogue;

/** Errors of builds in any language. */
const builds = {
  LINKER_MISSING: {
    meaning: 'No linker on this machine supports the target triple.',
    remedy: 'install the cross compiler named above, or cargo-zigbuild with zig',
    printed: ['error: linker `\u2026` not found', "invalid linker name in argument '-fuse-ld=mold'"],
  },
  COMPILE_FAILED: {
    meaning: 'A crate or a Go package does not compile.',
    remedy: 'fix the errors above',
  },
  LINK_FAILED: {
    meaning: 'The code compiles, but the linker failed: a library or a symbol is missing.',
    remedy:
      'install the library that the linker names, built for the target platform, or correct the linker flags',
    printed: [
      'linking with `\u2026` failed: exit status: 1',
      'cannot find -l\u2026',
      'undefined reference to',
    ],
  },
  ARTIFACT_NAME_TAKEN: {
    meaning: 'Two tasks or projects would write files of the same name to the same folder.',
    remedy: 'rename one of the files, or set another `outputPath` for one of the targets in its project.json',
  },
  COMPILER_KILLED: {
    meaning:
      'The system killed a compiler or linker, probably for lack of memory; a retry with half as many jobs was also killed.',
    remedy: 'give the build more memory or fewer jobs: CARGO_BUILD_JOBS=1',
    printed: ['signal: 9, SIGKILL'],
  },
  INPUT_UNDECLARED: {
    meaning: 'A build read a file or a variable that its task does not declare as an input.',
    remedy: 'add the file or variable to `inputs` of the target in project.json',
  },
  CACHE_ENTRY_STALE: {
    meaning:
      'A result restored from the cache depends on an undeclared input (a file, a variable or the Git state) that differs in this checkout. The restored files were removed.',
    remedy: 'run the same command again; these inputs are hashed from now on, so the tasks will run again',
  },
  DISK_FULL: {
    meaning: 'The disk of the target folder became full during a build.',
    remedy:
      'free some space, or set CARGO_TARGET_DIR to a folder on a larger disk, and build again; no artifact was changed',
    printed: ['No space left on device (os error 28)', 'signal: 7, SIGBUS'],
  },
  SOURCE_UNREACHABLE: {
    meaning: 'A dependency, or a library that a build script requires, cannot be downloaded.',
    remedy: 'check the network connection, or set a mirror: [source] in .cargo/config.toml',
    printed: [
      'failed to load source for dependency',
      'unable to update https://\u2026',
      'Could not resolve host',
      'static lib URL: \u2026',
    ],
  },
} satisfies ErrorCatalogue;

export const errorSections: readonly ErrorSection[] = [
  { title: 'All plugins', entries: general },
  { title: 'Builds', entries: builds },
];

/** The codes that several packages use. */
export const sharedErrors = { ...general, ...builds };

export const toolkitError = errorFactory(sharedErrors);
