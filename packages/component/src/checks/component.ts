import { ownValue } from '@millwright/toolkit';
import type { ComponentDocument } from '../manifests/component.js';
import type { Problem } from '../manifests/problems.js';
import { checkRules, checkValue, type ConfigRules, isWrapped, rulesOf } from './config.js';

type Path = readonly PropertyKey[];
type Interface = NonNullable<ComponentDocument['spec']['interface']>;

/** Checks what the schema of component.yaml cannot: the parts of the file against each other. */
export function checkComponent({ spec }: ComponentDocument): Problem[] {
  const { execution, type, examples = [] } = spec;
  const problems: Problem[] = [];
  if (execution?.default !== undefined && execution.modes?.includes(execution.default) === false)
    problems.push(doubt(['spec', 'execution', 'default'], `the modes do not include ${execution.default}`));
  if (spec.interface !== undefined) problems.push(...checkInterface(type, spec.interface));
  const places = [
    [['spec', 'interface', 'config'], spec.interface?.config],
    [['spec', 'config'], spec.config],
  ] as const;
  const all: Record<string, ConfigRules[string]> = {};
  for (const [path, config] of places) {
    if (config === undefined) continue;
    const rules = rulesOf(config);
    problems.push(...checkRules(rules, isWrapped(config) ? [...path, 'properties'] : path));
    Object.assign(all, rules);
  }
  for (const [index, { config = {} }] of examples.entries())
    problems.push(...checkExample(config, all, ['spec', 'examples', index, 'config']));
  return problems;
}

function checkInterface(type: string, one: Interface): Problem[] {
  const problems: Problem[] = [];
  if (type === 'source' && (one.inputEventTypes?.length ?? 0) > 0)
    problems.push(doubt(['spec', 'interface', 'inputEventTypes'], 'a source reads no events'));
  if (type === 'sink' && (one.outputEventTypes?.length ?? 0) > 0)
    problems.push(doubt(['spec', 'interface', 'outputEventTypes'], 'a sink writes no events'));
  const { communication } = one;
  for (const [key, schemas] of [
    ['streams', one.outputSchemas],
    ['consumes', one.inputSchemas],
  ] as const) {
    const known = schemas?.map((schema) => (typeof schema === 'string' ? schema : schema.name));
    for (const [index, stream] of (communication?.[key] ?? []).entries()) {
      if (typeof stream === 'string' || stream.schema === undefined || known === undefined) continue;
      if (!known.includes(stream.schema))
        problems.push({
          ...doubt(
            ['spec', 'interface', 'communication', key, index, 'schema'],
            `${stream.schema} is not one of ${known.join(', ')}`,
          ),
          severity: 'error',
        });
    }
  }
  return problems;
}

/** An example does not prevent a build. */
function checkExample(config: Readonly<Record<string, unknown>>, rules: ConfigRules, path: Path): Problem[] {
  if (Object.keys(rules).length === 0) return [];
  const missing = Object.entries(rules)
    .filter(
      ([key, rule]) => rule.required === true && rule.default === undefined && !Object.hasOwn(config, key),
    )
    .map(([key]): Problem => ({ ...doubt(path, `${key} is required, but not set`), place: 'key' }));
  const wrong = Object.entries(config).flatMap(([key, value]): Problem[] => {
    const rule = ownValue(rules, key);
    if (rule === undefined)
      return [{ ...doubt([...path, key], 'it is no key of the configuration'), place: 'key' }];
    return checkValue(value, rule, [...path, key]).map((one) => ({ ...one, severity: 'doubt' }));
  });
  return [...missing, ...wrong];
}

function doubt(path: Path, message: string): Problem {
  return { path, place: 'value', message, severity: 'doubt' };
}
