import { ownValue } from '@millwright/toolkit';
import type { ConfigRule } from '../manifests/config-rules.js';
import type { Problem } from '../manifests/problems.js';

type Path = readonly PropertyKey[];
export type ConfigRules = Readonly<Record<string, ConfigRule>>;

/** Returns the rules by key, whichever form they have. */
export function rulesOf(config: ConfigRules | { readonly properties: ConfigRules } | undefined): ConfigRules {
  if (config === undefined) return {};
  return isWrapped(config) ? config.properties : config;
}

/** Whether the rules stand in `properties`. A key of this name has a rule with a type. */
export function isWrapped(
  config: ConfigRules | { readonly properties: ConfigRules },
): config is { readonly properties: ConfigRules } {
  const { properties, ...others } = config as Readonly<Record<string, { readonly type?: unknown }>>;
  return properties !== undefined && typeof properties.type !== 'string' && Object.keys(others).length === 0;
}

/** Checks rules: limits, patterns, and that the defaults, choices and examples of each keep to it. */
export function checkRules(rules: ConfigRules, path: Path): Problem[] {
  return Object.entries(rules).flatMap(([key, rule]) => [
    ...checkRule(rule, [...path, key]),
    ...unknownInCondition(rule, rules, [...path, key, 'condition']),
  ]);
}

function checkRule(rule: ConfigRule, path: Path): Problem[] {
  const problems: Problem[] = [];
  const { minimum, maximum } = rule;
  if (minimum !== undefined && maximum !== undefined && minimum > maximum)
    problems.push(error([...path, 'minimum'], `${minimum} is more than the maximum, ${maximum}`));
  const pattern = rule.validation?.pattern;
  if (pattern !== undefined && regularExpression(pattern) === undefined)
    problems.push(error([...path, 'validation', 'pattern'], 'it is not a regular expression'));
  const { enum: choices, ...others } = rule;
  for (const [index, choice] of (choices ?? []).entries())
    problems.push(...checkValue(choice, others, [...path, 'enum', index]));
  if (rule.default !== undefined) problems.push(...checkValue(rule.default, rule, [...path, 'default']));
  for (const [index, example] of (rule.examples ?? []).entries())
    problems.push(...checkValue(example, rule, [...path, 'examples', index]));
  if (rule.items !== undefined) problems.push(...checkRule(rule.items, [...path, 'items']));
  if (rule.properties !== undefined) problems.push(...checkRules(rule.properties, [...path, 'properties']));
  return problems;
}

/** Checks a value against a rule. */
export function checkValue(value: unknown, rule: ConfigRule, path: Path): Problem[] {
  if (!hasType(value, rule.type))
    return [error(path, `${JSON.stringify(value)} is not of type ${rule.type}`)];
  const shown = JSON.stringify(value);
  const problems: Problem[] = [];
  if (rule.enum !== undefined && !rule.enum.some((one) => JSON.stringify(one) === shown))
    problems.push(
      error(
        path,
        `${shown} is not one of ${rule.enum.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))).join(', ')}`,
      ),
    );
  if (typeof value === 'number' && rule.minimum !== undefined && value < rule.minimum)
    problems.push(error(path, `${shown} is less than ${rule.minimum}`));
  if (typeof value === 'number' && rule.maximum !== undefined && value > rule.maximum)
    problems.push(error(path, `${shown} is more than ${rule.maximum}`));
  const pattern = regularExpression(rule.validation?.pattern);
  if (typeof value === 'string' && pattern?.test(value) === false)
    problems.push(error(path, `${shown} does not match ${pattern.source}`));
  if (Array.isArray(value) && rule.items !== undefined) {
    const { items } = rule;
    problems.push(...value.flatMap((one, index) => checkValue(one, items, [...path, index])));
  }
  if (rule.type === 'object') problems.push(...checkObject(value as object, rule, path));
  return problems;
}

function checkObject(value: object, { properties = {} }: ConfigRule, path: Path): Problem[] {
  return Object.entries(value).flatMap(([key, inner]) => {
    const rule = ownValue(properties, key);
    return rule === undefined ? [] : checkValue(inner, rule, [...path, key]);
  });
}

/** Names in a condition, such as `mode == 'rpc' && depth > 2`, are those of other keys. */
function unknownInCondition({ condition }: ConfigRule, rules: ConfigRules, path: Path): Problem[] {
  if (condition === undefined) return [];
  const words = condition.replaceAll(/'[^']*'|"[^"]*"/g, '').match(/[A-Za-z_]\w*/g) ?? [];
  const missing = words.find((word) => !Object.hasOwn(rules, word) && !conditionWords.has(word));
  return missing === undefined
    ? []
    : [
        {
          ...error(path, `it depends on ${missing}, which is no key of the configuration`),
          severity: 'doubt',
        },
      ];
}

const conditionWords: ReadonlySet<string> = new Set(['contains', 'in', 'and', 'or', 'not', 'true', 'false']);

function hasType(value: unknown, type: ConfigRule['type']): boolean {
  switch (type) {
    case 'array':
      return Array.isArray(value);
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    case 'integer':
      return Number.isInteger(value);
    default:
      return typeof value === type;
  }
}

function regularExpression(pattern: string | undefined): RegExp | undefined {
  if (pattern === undefined) return undefined;
  // Components are written for Go: flags stand at the beginning, and names of groups after `?P`.
  const [, flags = '', rest = ''] = /^(?:\(\?([ims]+)\))?(.*)$/s.exec(pattern) ?? [];
  try {
    return new RegExp(rest.replaceAll('(?P<', '(?<'), flags);
  } catch {
    return undefined;
  }
}

function error(path: Path, message: string): Problem {
  return { path, place: 'value', message, severity: 'error' };
}
