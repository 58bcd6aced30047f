import { z } from 'zod';
import { fields } from './fields.js';

export const ruleTypes = ['string', 'integer', 'number', 'boolean', 'array', 'object'] as const;

/** The rule for one key of a component's configuration. */
export const configRule = fields({
  type: z.enum(ruleTypes),
  required: z.boolean().optional(),
  default: z.unknown().optional(),
  description: z.string().optional(),
  enum: z.array(z.unknown()).min(1).optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  validation: fields({ pattern: z.string().optional() }).optional(),
  condition: z.string().optional(),
  examples: z.array(z.unknown()).optional(),
  env: z.string().optional(),
  get items() {
    return configItem.optional();
  },
  get properties() {
    return z.record(z.string(), configItem).optional();
  },
});

/** The rule for an element of a list, or for a key of an object. */
const configItem: z.ZodType<ConfigRule> = z.lazy(() => configRule);

/** The rule for one key of a component's configuration, as in a JSON Schema. */
export interface ConfigRule {
  readonly type: (typeof ruleTypes)[number];
  readonly required?: boolean | undefined;
  readonly default?: unknown;
  readonly description?: string | undefined;
  readonly enum?: readonly unknown[] | undefined;
  readonly minimum?: number | undefined;
  readonly maximum?: number | undefined;
  readonly validation?: { readonly pattern?: string | undefined } | undefined;
  readonly condition?: string | undefined;
  readonly examples?: readonly unknown[] | undefined;
  readonly env?: string | undefined;
  readonly items?: ConfigRule | undefined;
  readonly properties?: Readonly<Record<string, ConfigRule>> | undefined;
}

/** The rules by key, or as `properties` as in a JSON Schema. */
export const configRules = z
  .union([z.record(z.string(), configRule), fields({ properties: z.record(z.string(), configRule) })])
  .describe('Rules for the configuration, by key.');
