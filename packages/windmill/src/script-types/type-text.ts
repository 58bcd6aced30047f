/** TypeScript types as text, such as `string` or `readonly (string | null)[]`. */

/** The type of any value of JSON; the generated file declares it. */
export const anyJson = 'Json';
/** The type of an argument that names a resource or contains its fields; the generated file declares it. */
export const resource = 'Resource';
export const anyObject = '{ readonly [key: string]: Json }';

/** A parameter of a script, or a field of an object. */
export interface Field {
  readonly name: string;
  readonly type: string;
  readonly isOptional: boolean;
  readonly description?: string | undefined;
}

/** What a script takes and returns, as its code declares it. */
export interface Signature {
  readonly parameters: readonly Field[];
  readonly result: string;
}

/** The union of types, without duplicates. `Json` includes all others. */
export function unionOf(types: readonly string[]): string {
  const distinct = [...new Set(types)];
  if (distinct.length === 0 || distinct.includes(anyJson)) return anyJson;
  return distinct.join(' | ');
}

export function arrayOf(item: string): string {
  return /^\w+$/.test(item) ? `readonly ${item}[]` : `ReadonlyArray<${item}>`;
}

/** An object with these fields; one per line, each with its description. */
export function objectOf(fields: readonly Field[]): string {
  // `{}` would accept any value.
  if (fields.length === 0) return '{ readonly [key: string]: never }';
  const lines = fields.flatMap(({ name, type, isOptional, description }) => [
    ...commentOf(description),
    `readonly ${keyOf(name)}${isOptional ? '?' : ''}: ${type};`,
  ]);
  return `{\n${indent(lines.join('\n'))}\n}`;
}

export function literalOf(value: string | number | boolean | null): string {
  return typeof value === 'string' ? quoted(value) : String(value);
}

/** A key of an object type, quoted where it is no identifier. */
export function keyOf(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : quoted(name);
}

/** A documentation comment, as lines. */
export function commentOf(text: string | undefined): string[] {
  const lines = (text ?? '')
    .replaceAll('*/', '*\\/')
    .split(/[\r\n\u2028\u2029]+/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  if (lines.length === 0) return [];
  if (lines.length === 1) return [`/** ${lines[0] ?? ''} */`];
  return ['/**', ...lines.map((line) => ` * ${line}`), ' */'];
}

export function indent(text: string): string {
  return text.replaceAll(/^(?=.)/gm, '  ');
}

function quoted(text: string): string {
  return `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'").replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')}'`;
}
