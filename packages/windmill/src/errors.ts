import {
  type ErrorCatalogue,
  errorFactory,
  type ErrorSection,
  MillwrightError,
  sharedErrors,
} from '@millwright/toolkit/core';

/** Errors of the engine and of its connection to a server. */
const engine = {
  CONFIG_INVALID: {
    meaning: 'The configuration of the engine is incomplete or contradictory.',
    remedy: 'correct the field named above, or the environment variable that sets it',
  },
  ENGINE_NOT_READY: {
    meaning: 'The engine was not started, or has been stopped.',
    remedy: 'await `engine.start()` first; a stopped engine does not start again, so create a new one',
  },
  SERVER_UNREACHABLE: {
    meaning: 'The Windmill server did not answer, even after retries.',
    remedy: 'check the address, and whether the server is running',
  },
  SERVER_ANSWER_UNEXPECTED: {
    meaning: 'The Windmill server answered a request with an error that this package does not know.',
    remedy: 'read the response above, and check the log of the Windmill server',
  },
  SERVER_UNPROTECTED: {
    meaning: 'The Windmill server accepts requests without a token, and is not on this machine.',
    remedy: 'rebuild the server without the feature `no_auth`',
  },
  TOKEN_REJECTED: {
    meaning: 'The Windmill server does not accept the token.',
    remedy: 'create a new token in Windmill, and set WINDMILL_TOKEN',
  },
  PERMISSION_DENIED: {
    meaning: 'The owner of the token does not have the permission that the request requires.',
    remedy:
      'use the token of a user who has the permission, or change the permissions of the Windmill folder',
  },
  WORKSPACE_NOT_FOUND: {
    meaning: 'The workspace does not exist.',
    remedy: 'create it with `engine.workspaces.create`, or correct WINDMILL_WORKSPACE',
  },
  FOLDER_EXISTS: { meaning: 'The folder already exists.', remedy: 'use it, or choose another name' },
  VARIABLE_NOT_FOUND: {
    meaning: 'There is no variable with this path.',
    remedy: 'create it with `engine.variables.create`',
  },
  VARIABLE_EXISTS: {
    meaning: 'A variable with this path already exists.',
    remedy: 'call `update` instead of `create`',
  },
  SERVER_FEATURE_MISSING: {
    meaning: 'The Windmill server was built without this feature.',
    remedy: 'use a server that has it, such as the enterprise edition',
  },
  WORKSPACE_EXISTS: { meaning: 'The workspace already exists.', remedy: 'choose another id' },
  SERVER_MIGRATING: {
    meaning: 'The Windmill server still migrates its database, and accepts no jobs until it has finished.',
    remedy:
      'wait some seconds and try again; if the error persists, check that the server reports a version such as `v1.533.1`, because a server that was built without Git tags never finishes',
  },
} satisfies ErrorCatalogue;

/** Errors of a server that the engine starts. */
const supervision = {
  BINARY_UNUSABLE: {
    meaning: 'The file is not a Windmill binary that this machine can run, or others can replace it.',
    remedy:
      'build Windmill for this machine, and set WINDMILL_BINARY_PATH to the absolute path of the binary',
  },
  SERVER_PORT_TAKEN: {
    meaning: 'Another process listens on the port that Windmill should use.',
    remedy: 'stop the other process, or choose another `port`',
  },
  DATABASE_UNREACHABLE: {
    meaning: 'Windmill cannot connect to its database.',
    remedy: 'start PostgreSQL, and check DATABASE_URL',
  },
  DATABASE_START_FAILED: {
    meaning: 'The PostgreSQL server that the engine runs for development did not start.',
    remedy:
      'read its output in `error.output`, or set `databaseUrl` to a running server; if this program runs as root, the user `postgres` or `nobody` must be able to enter the temporary folder (TMPDIR)',
  },
  BINARY_BUILD_FAILED: {
    meaning: 'The Nx target that builds the Windmill binary failed.',
    remedy: 'run the target named above, and fix what it reports',
  },
  MIGRATION_FAILED: {
    meaning: "Windmill could not bring its database to the binary's version.",
    remedy: 'use the binary that last migrated this database or a newer one, or an empty database',
  },
  SERVER_DISK_FULL: { meaning: 'Windmill could not write to the disk.', remedy: 'free disk space' },
  SERVER_START_FAILED: {
    meaning: 'Windmill ended before it was ready, or was not ready in time.',
    remedy: "read the last lines of Windmill's output in `error.output`",
  },
} satisfies ErrorCatalogue;

/** Errors of scripts, flows and executions. */
const workflows = {
  PATH_INVALID: {
    meaning: 'A path of a script, flow or variable does not have the form that Windmill stores.',
    remedy: 'use `f/<folder>/<name>` or `u/<user>/<name>`, with letters, digits, `_` and `-`',
  },
  LANGUAGE_UNKNOWN: {
    meaning: 'Windmill has no such script language.',
    remedy: 'use one of the languages listed above',
  },
  SCRIPT_NOT_FOUND: {
    meaning: 'There is no runnable script with this path or hash.',
    remedy: 'deploy the script first; a new script cannot be run by path until its dependencies are locked',
  },
  SCRIPT_EXISTS: {
    meaning: 'A script with this path, or with the same path and content, already exists.',
    remedy: 'create a new version with `parentHash`, or call `deploy`, which does so',
  },
  SCRIPT_PARENT_INVALID: {
    meaning: 'The parent of a new version does not exist, or is not the newest version.',
    remedy: 'read the newest version, and pass its hash as `parentHash`',
  },
  SCRIPT_NOT_DEPLOYED: {
    meaning: "Windmill could not lock a script's dependencies, so the script cannot run.",
    remedy:
      'correct the imports of the script, or install the missing packages on the worker; the log names them',
  },
  FLOW_NOT_FOUND: { meaning: 'There is no flow with this path.', remedy: 'create the flow first' },
  FLOW_EXISTS: {
    meaning: 'A flow with this path already exists.',
    remedy: 'call `update` instead of `create`',
  },
  VALIDATION_FAILED: {
    meaning: 'A script or flow has mistakes, which a server would only report when it runs.',
    remedy: 'correct the mistakes listed above',
  },
  ARGUMENTS_INVALID: {
    meaning: 'A value cannot be sent as JSON without loss.',
    remedy: 'convert the value first, for example a date with `toISOString()`',
  },
  EXECUTION_NOT_FOUND: {
    meaning: 'There is no execution with this id.',
    remedy: 'check the id; Windmill deletes executions after its retention period',
  },
  EXECUTION_FAILED: {
    meaning: 'The script or flow ended with an error.',
    remedy: 'read the logs of the execution',
  },
  EXECUTION_CANCELED: {
    meaning: 'The execution was canceled.',
    remedy: 'run it again if this was a mistake',
  },
  EXECUTION_TIMEOUT: {
    meaning: 'The execution did not end in time.',
    remedy: 'raise `timeout`, or set `cancelOnTimeout` to cancel such executions',
  },
  EXECUTION_NOT_SUSPENDED: {
    meaning: 'The flow does not wait for an approval.',
    remedy: 'check the status of the execution; it may have been resumed already',
  },
  CONCURRENCY_LIMIT: {
    meaning: 'As many executions as `maxConcurrent` allows are in progress.',
    remedy: "wait for an execution to end, raise `maxConcurrent`, or use `whenFull: 'wait'`",
  },
} satisfies ErrorCatalogue;

/** Errors of a folder that Windmill's command line synchronizes. */
const workspaces = {
  WORKSPACE_FILE_INVALID: {
    meaning: 'A YAML file in a folder of Windmill scripts does not parse.',
    remedy: 'correct the file, or write it again with `wmill sync pull`',
  },
  SCRIPT_SCHEMA_STALE: {
    meaning: 'The schemas of scripts have other parameters than their code.',
    remedy: 'run `wmill script generate-metadata`, or remove the option `strict`',
  },
} satisfies ErrorCatalogue;

/** Errors of the simulation. */
const simulation = {
  SIMULATION_UNSUPPORTED: {
    meaning: 'The simulation does not support this feature of Windmill.',
    remedy: 'test this case against a Windmill server',
  },
  SIMULATION_PORT_UNUSABLE: {
    meaning: 'The simulation cannot listen on the port.',
    remedy: 'choose another port, or 0 for a free one',
  },
} satisfies ErrorCatalogue;

export const errorSections: readonly ErrorSection[] = [
  { title: 'The workflow engine', entries: engine },
  { title: 'A supervised Windmill server', entries: supervision },
  { title: 'Scripts and flows', entries: workflows },
  { title: 'Folders of Windmill scripts', entries: workspaces },
  { title: 'The simulation of Windmill', entries: simulation },
];

export const windmillError = errorFactory({
  ...sharedErrors,
  ...engine,
  ...supervision,
  ...workflows,
  ...workspaces,
  ...simulation,
});

export type WindmillErrorCode = Parameters<typeof windmillError>[0];

/** Tells whether a thrown value is an error with this code. */
export function hasCode(error: unknown, code: WindmillErrorCode): error is MillwrightError {
  return error instanceof MillwrightError && error.code === code;
}
