import type { z } from 'zod';
import { MillwrightError } from '../errors/errors.js';
import { formatError } from '../errors/format.js';
import { parseOptions } from './options.js';

/**
 * Parses the options of a plugin's entry in nx.json.
 * @throws MillwrightError OPTION_INVALID, whose message is the complete text, because Nx prints only the
 * message of an error in a graph
 */
export function parsePluginOptions<Schema extends z.ZodType>(
  schema: Schema,
  options: unknown,
  plugin: string,
): z.output<Schema> {
  try {
    return parseOptions(schema, options ?? {}, plugin, { file: 'nx.json' });
  } catch (error) {
    if (error instanceof MillwrightError) error.message = formatError(error);
    throw error;
  }
}
