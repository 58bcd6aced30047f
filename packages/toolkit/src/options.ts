import { z } from 'zod';
import { MillwrightError } from './errors.js';

/**
 * Options checked at the door.
 * @param where the executor, generator or plugin whose options these are, as a user knows it
 * @throws MillwrightError OPTION_INVALID naming each option, its value and what was expected
 */
export function parseOptions<Schema extends z.ZodType>(
  schema: Schema,
  options: unknown,
  where: string,
): z.output<Schema> {
  const result = schema.safeParse(options);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => {
    const path = issue.path.join('.');
    const value = issue.path.reduce<unknown>(
      (inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key],
      options,
    );
    return path === ''
      ? issue.message
      : `${path} is ${value === undefined ? 'not set' : JSON.stringify(value)}: ${issue.message}`;
  });
  throw new MillwrightError('OPTION_INVALID', {
    what: `${where} cannot use its options`,
    why: problems.join('; '),
  });
}

/**
 * The `schema.json` that Nx reads for an executor or a generator (JSON Schema draft 7, with Nx's own
 * `version: 2`), generated from the zod schema so that the options are written down once.
 */
export function nxSchema(schema: z.ZodType, title: string, extra: Record<string, unknown> = {}): string {
  const json = z.toJSONSchema(schema, { target: 'draft-7', io: 'input' });
  return `${JSON.stringify({ version: 2, title, ...extra, ...json }, null, 2)}\n`;
}
