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
};

const token = z
  .string()
  .refine((text) => Buffer.byteLength(text) >= shortestToken, `at least ${shortestToken} bytes`);

const schema = z.discriminatedUnion('mode', [
  z.strictObject({ mode: z.literal('attach'), baseUrl: z.url({ protocol: /^https?$/ }), token, ...common }),
  z.strictObject({ mode: z.literal('simulate'), ...common }),
]);

/** The configuration of an engine, as the user writes it. */
export type EngineConfig = z.input<typeof schema>;
/** The configuration with defaults. */
export type Config = z.output<typeof schema>;

/** Names of environment variables and the fields that they set where the configuration does not. */
const variables = {
  WINDMILL_BASE_URL: 'baseUrl',
  WINDMILL_TOKEN: 'token',
  WINDMILL_WORKSPACE: 'workspace',
} as const;

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
  const found = Object.entries(variables)
    .filter(([, field]) => mode === 'attach' || field === 'workspace')
    .flatMap(([name, field]): [string, string][] => {
      const value = environment[name];
      return value === undefined || value === '' ? [] : [[field, value]];
    });
  const parsed = schema.safeParse({ mode, ...Object.fromEntries(found), ...given });
  if (parsed.success) return parsed.data;
  throw windmillError('CONFIG_INVALID', {
    what: 'the configuration of the Windmill engine is not valid',
    why: parsed.error.issues
      .map(({ path, message }) => {
        const field = path.join('.');
        const variable = Object.entries(variables).find(([, name]) => name === field)?.[0];
        return `${field || 'it'}${variable === undefined ? '' : ` (${variable})`}: ${message}`;
      })
      .join('\n'),
  });
}
