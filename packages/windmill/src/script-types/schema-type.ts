import {
  anyJson,
  anyObject,
  arrayOf,
  type Field,
  literalOf,
  objectOf,
  resource,
  unionOf,
} from './type-text.js';

type Mapping = Readonly<Record<string, unknown>>;

/** Levels after which a type becomes `Json`, so that aliases that contain themselves end. */
const deepest = 20;

/**
 * The parameters that the schema of a script describes.
 * @param schema `schema` in `name.script.yaml`: JSON Schema with Windmill's formats, such as `resource-postgresql`
 * @returns undefined if it describes none
 */
export function schemaParameters(schema: unknown): readonly Field[] | undefined {
  return isMapping(schema) && isMapping(schema.properties) ? fieldsOf(schema, 0) : undefined;
}

function fieldsOf(schema: Mapping, level: number): Field[] {
  const properties = isMapping(schema.properties) ? schema.properties : {};
  const required = listOf(schema.required);
  const order = listOf(schema.order).filter(
    (name) => typeof name === 'string' && Object.hasOwn(properties, name),
  );
  return [...new Set([...(order as string[]), ...Object.keys(properties)])].map((name) => {
    const property = properties[name];
    const description = isMapping(property) ? property.description : undefined;
    return {
      name,
      type: typeOf(property, level + 1),
      isOptional: !required.includes(name),
      description: typeof description === 'string' ? description : undefined,
    };
  });
}

function typeOf(schema: unknown, level: number): string {
  if (!isMapping(schema) || level > deepest) return anyJson;
  const type = plainType(schema, level);
  return schema.nullable === true ? unionOf([type, 'null']) : type;
}

function plainType(schema: Mapping, level: number): string {
  const { type, format } = schema;
  if (typeof format === 'string' && format.startsWith('resource-')) return resource;
  // The choices come from a function that runs on the server, whatever the schema says.
  if (typeof format === 'string' && format.startsWith('dynselect-')) return anyJson;
  if (typeof format === 'string' && format.startsWith('dynmultiselect-')) return arrayOf(anyJson);
  const choices = listOf(schema.enum).filter(isLiteral);
  // Windmill writes empty choices where it found none.
  if (choices.length > 0 && type !== 'array') return unionOf(choices.map(literalOf));
  if (isLiteral(schema.const)) return literalOf(schema.const);
  for (const key of ['oneOf', 'anyOf'] as const) {
    const variants = listOf(schema[key]);
    if (variants.length > 0) return unionOf(variants.map((variant) => typeOf(variant, level + 1)));
  }
  if (Array.isArray(type))
    return unionOf(type.map((one) => plainType({ ...schema, type: one as unknown }, level + 1)));
  switch (type) {
    case 'string':
      return 'string';
    case 'number':
    case 'integer':
      return 'number';
    case 'boolean':
      return 'boolean';
    case 'null':
      return 'null';
    case 'array':
      return arrayOf(isMapping(schema.items) ? itemType(schema.items, level) : anyJson);
    case 'object':
      return isMapping(schema.properties) && Object.keys(schema.properties).length > 0
        ? objectOf(fieldsOf(schema, level))
        : anyObject;
    default:
      return anyJson;
  }
}

function itemType(items: Mapping, level: number): string {
  return typeof items.resourceType === 'string' ? resource : typeOf(items, level + 1);
}

function isLiteral(value: unknown): value is string | number | boolean {
  return (
    typeof value === 'string' ||
    typeof value === 'boolean' ||
    (typeof value === 'number' && Number.isFinite(value))
  );
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
