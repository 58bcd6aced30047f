import { goError } from '../../errors.js';
import { isObject, type JsonObject, pointerOf } from '../document/json.js';
import type { Origins } from '../document/origins.js';
import { componentsOf } from '../document/reachable.js';

/** A schema that necessarily contains another one. */
interface Link {
  readonly to: string;
  readonly by: string;
}

/**
 * Rejects schemas that no value can satisfy because each value would have to contain another one of the
 * same schema: through a reference to itself, `allOf`, or a required property. Cycles through lists, maps
 * and optional properties are allowed.
 * @throws MillwrightError OPENAPI_SCHEMA_CYCLE
 */
export function checkCycles(document: JsonObject, origins: Origins): void {
  const schemas = new Map(componentsOf(document, 'schemas'));
  const links = new Map([...schemas].map(([name, schema]) => [name, linksOf(schema, schemas)]));
  const cycle = findCycle(links);
  if (cycle === undefined) return;
  const [first] = cycle;
  const steps = cycle.map(({ from, by }) => `${from} through ${by}`).join(', ');
  throw goError('OPENAPI_SCHEMA_CYCLE', {
    what: `the schema ${first?.from ?? ''} requires itself`,
    location: origins.locationOf(['components', 'schemas', first?.from ?? '']),
    why: `no finite value can satisfy it: ${steps}`,
  });
}

function linksOf(schema: unknown, schemas: ReadonlyMap<string, unknown>): Link[] {
  if (!isObject(schema)) return [];
  const link = (node: unknown, by: string): Link[] => {
    if (!isObject(node) || typeof node.$ref !== 'string') return linksOfParts(node, by);
    const [first, section, name, ...rest] = pointerOf(node.$ref.slice(1));
    const isSchema = first === 'components' && section === 'schemas' && rest.length === 0;
    return isSchema && name !== undefined ? [{ to: name, by }] : [];
  };
  const linksOfParts = (node: unknown, by: string): Link[] => {
    const parts = isObject(node) && Array.isArray(node.allOf) ? node.allOf : [];
    return parts.flatMap((part) => link(part, by));
  };
  const required = Array.isArray(schema.required) ? schema.required : [];
  const properties = isObject(schema.properties) ? schema.properties : {};
  const needed = required.flatMap((name): Link[] => {
    const property = properties[String(name)];
    if (!isObject(property) || isNullable(property)) return [];
    const by = `the required property ${String(name)}`;
    return link(property, by).filter(({ to }) => !isNullable(schemas.get(to)));
  });
  return [...('$ref' in schema ? link(schema, '$ref') : linksOfParts(schema, 'allOf')), ...needed];
}

/** Returns true if a schema allows null, in the syntax of OpenAPI 3.0 or 3.1. */
function isNullable(schema: unknown): boolean {
  if (!isObject(schema)) return false;
  return schema.nullable === true || (Array.isArray(schema.type) && schema.type.includes('null'));
}

interface Step {
  readonly from: string;
  readonly by: string;
}

function findCycle(links: ReadonlyMap<string, readonly Link[]>): Step[] | undefined {
  const done = new Set<string>();
  const path: Step[] = [];
  const visit = (name: string): Step[] | undefined => {
    if (done.has(name)) return undefined;
    for (const { to, by } of links.get(name) ?? []) {
      path.push({ from: name, by });
      const start = path.findIndex(({ from }) => from === to);
      const cycle = start === -1 ? visit(to) : path.slice(start);
      if (cycle) return cycle;
      path.pop();
    }
    done.add(name);
    return undefined;
  };
  for (const name of links.keys()) {
    const cycle = visit(name);
    if (cycle) return cycle;
  }
  return undefined;
}
