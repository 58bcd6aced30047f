import { z } from 'zod';
import { windmillError } from '../errors.js';

/** A server panics on a bearer token shorter than this, and closes the connection without an answer. */
export const shortestToken = 10;

const seconds = z.number().positive().max(86_400);

const common = {
  workspace: z
    .string()
    .regex(/^[\w-]{1,50}$/, 'letters, digits, `_` and `-`, at most 50')
    .default('main'),
  /** Seconds after which waiting for an execution fails, unless a call sets its own. */
  timeout: seconds.default(300),
  /** Executions that this engine has in progress at once; further ones wait. */
  maxConcurrent: z.int().min(1).max(10_000).default(10),
  /** How often a request is repeated whose connection failed. */
  retries: z.int().min(0).max(20).default(3),
  /** Bytes that the code of a script may have. */
  maxScriptSize: z.int().min(1).max(100_000_000).default(1_000_000),
};

/** `simulate` lets a simulation stand in for a server that cannot be reached or started; every result says so. */
const fallback = z.literal('simulate').optional();

const token = z
  .string()
  .refine((text) => Buffer.byteLength(text) >= shortestToken, `at least ${shortestToken} bytes`);

const supervise = z
  .strictObject({
    mode: z.literal('supervise'),
    /** The absolute path of a Windmill binary. */
    binaryPath: z.string().min(1),
    /** The Nx target that builds the binary, such as `windmill-backend:build:release`; it runs before the server starts. */
    binaryTarget: z
      .string()
      .regex(/^[^\s-]\S*:\S+$/, '`project:target` or `project:target:configuration`')
      .optional(),
    /** The server's database; one of `databaseUrl`, `databaseUrlFile` and `database` is needed. */
    databaseUrl: z.url({ protocol: /^postgres(?:ql)?$/ }).optional(),
    /** The absolute path of a file with the database URL, which the server reads. It wins over `databaseUrl`. */
    databaseUrlFile: z.string().startsWith('/', 'an absolute path').optional(),
    /** For development: the engine runs a PostgreSQL of this machine, whose data end with the engine. */
    database: z.literal('embedded').optional(),
    /** The port on 127.0.0.1. */
    port: z.int().min(1).max(65_535).default(8_000),
    /** Jobs that run at once on this machine. */
    workers: z.int().min(1).max(256).default(1),
    /** Connections of the server and its workers to the database. */
    databaseConnections: z.int().min(3).max(1_000).default(20),
    /** Megabytes of memory that the server and its jobs may use; above it, the server is restarted. */
    memoryLimit: z.int().min(128).default(4_096),
    /** Seconds in which the server must be ready, migrations included. */
    startTimeout: seconds.default(120),
    /** Seconds in which running jobs may finish when the engine stops. */
    drain: z.number().min(0).max(86_400).default(30),
    /** How often in a row the server is restarted when it ends by itself. */
    restarts: z.int().min(0).max(100).default(5),
    /** Further variables of the server's environment, which holds nothing of this process but PATH. */
    variables: z.record(z.string(), z.string()).default({}),
    fallback,
    ...common,
  })
  .refine(
    ({ databaseUrl, databaseUrlFile, database }) =>
      (databaseUrl ?? databaseUrlFile ?? database) !== undefined,
    {
      path: ['databaseUrl'],
      error: "required, unless `databaseUrlFile` or `database: 'embedded'` is set",
    },
  )
  .refine(
    ({ databaseUrl, databaseUrlFile, database }) =>
      database === undefined || (databaseUrl ?? databaseUrlFile) === undefined,
    {
      path: ['database'],
      error: 'contradicts `databaseUrl` and `databaseUrlFile`',
    },
  );

const schema = z.discriminatedUnion('mode', [
  z.strictObject({
    mode: z.literal('attach'),
    baseUrl: z.url({ protocol: /^https?$/ }),
    token,
    fallback,
    ...common,
  }),
  supervise,
  z.strictObject({ mode: z.literal('simulate'), ...common }),
]);

/** The configuration of an engine, as the user writes it. */
export type EngineConfig = z.input<typeof schema>;
/** The configuration with defaults. */
export type Config = z.output<typeof schema>;
export type SuperviseConfig = z.output<typeof supervise>;

/** Names of environment variables and the fields that they set where the configuration does not. */
const variables: readonly {
  readonly name: string;
  readonly field: string;
  readonly mode?: Config['mode'];
}[] = [
  { name: 'WINDMILL_BASE_URL', field: 'baseUrl', mode: 'attach' },
  { name: 'WINDMILL_TOKEN', field: 'token', mode: 'attach' },
  { name: 'WINDMILL_BINARY_PATH', field: 'binaryPath', mode: 'supervise' },
  { name: 'DATABASE_URL', field: 'databaseUrl', mode: 'supervise' },
  { name: 'DATABASE_URL_FILE', field: 'databaseUrlFile', mode: 'supervise' },
  { name: 'WINDMILL_WORKSPACE', field: 'workspace' },
];

const { timeout, maxConcurrent, retries } = common;
const changeable = z
  .strictObject({
    timeout: timeout.unwrap(),
    maxConcurrent: maxConcurrent.unwrap(),
    retries: retries.unwrap(),
    token,
  })
  .partial();

/** What can be changed while an engine runs. */
export type EngineChanges = z.input<typeof changeable>;

/** @throws CONFIG_INVALID */
export function parseChanges(changes: EngineChanges): EngineChanges {
  const parsed = changeable.safeParse(changes);
  if (parsed.success) return parsed.data;
  throw invalid(parsed.error);
}

/**
 * Validates a configuration and fills it from the environment and the defaults.
 * @param config without a `mode`, the engine attaches to WINDMILL_BASE_URL
 * @throws CONFIG_INVALID, which names each field and variable; values of secrets are never printed
 */
export function parseConfig(
  config: Partial<EngineConfig> = {},
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Config {
  const given = Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined));
  const mode = config.mode ?? 'attach';
  const isEmbedded = 'database' in given;
  const found = variables
    .filter((variable) => variable.mode === undefined || variable.mode === mode)
    // An embedded database is asked for in the program, whatever the environment says.
    .filter(({ field }) => !(isEmbedded && field.startsWith('databaseUrl')))
    .flatMap(({ name, field }): [string, string][] => {
      const value = environment[name];
      return value === undefined || value === '' ? [] : [[field, value]];
    });
  const parsed = schema.safeParse({ mode, ...Object.fromEntries(found), ...given });
  if (parsed.success) return parsed.data;
  throw invalid(parsed.error);
}

function invalid(error: z.ZodError): Error {
  return windmillError('CONFIG_INVALID', {
    what: 'the configuration of the Windmill engine is not valid',
    why: error.issues
      .map(({ path, message }) => {
        const field = path.join('.');
        const variable = variables.find((candidate) => candidate.field === field)?.name;
        return `${field || 'it'}${variable === undefined ? '' : ` (${variable})`}: ${message}`;
      })
      .join('\n'),
  });
}
