import type { SyntaxNode } from '@lezer/common';
import { parser } from '@lezer/python';
import {
  anyJson,
  anyObject,
  arrayOf,
  type Field,
  literalOf,
  objectOf,
  resource,
  type Signature,
  unionOf,
} from './type-text.js';

/** Levels after which a type becomes `Json`, so that types that contain themselves end. */
const deepest = 12;

/** Python's types that are one type in JSON. */
const simple: Readonly<Record<string, string>> = {
  str: 'string',
  int: 'number',
  float: 'number',
  Decimal: 'number',
  bool: 'boolean',
  None: 'null',
  dict: anyObject,
  Dict: anyObject,
  Mapping: anyObject,
  list: arrayOf(anyJson),
  List: arrayOf(anyJson),
  tuple: arrayOf(anyJson),
  set: arrayOf(anyJson),
  // Windmill sends bytes as base64, and dates as ISO 8601.
  bytes: 'string',
  datetime: 'string',
  date: 'string',
  time: 'string',
  Path: 'string',
  UUID: 'string',
  Any: anyJson,
  object: anyJson,
};
const lists = new Set(['list', 'List', 'Sequence', 'Iterable', 'tuple', 'Tuple', 'set', 'Set', 'frozenset']);
const mappings = new Set(['dict', 'Dict', 'Mapping', 'MutableMapping', 'defaultdict']);

/**
 * Reads the signature of `main` in a Python script. Classes with annotated fields that the script declares are expanded in
 * results; in a parameter they are resources, as Windmill takes them for types of resources.
 * @returns undefined if there is no `main`
 */
export function pythonSignature(code: string): Signature | undefined {
  const top = childrenOf(parser.parse(code).topNode).flatMap((node) =>
    node.name === 'DecoratedStatement' ? childrenOf(node) : [node],
  );
  const nameOf = (node: SyntaxNode) => textOf(node.getChild('VariableName'), code);
  const main = top.findLast((node) => node.name === 'FunctionDefinition' && nameOf(node) === 'main');
  const list = main?.getChild('ParamList');
  if (main === undefined || list == null) return undefined;
  const classes = new Map(
    top.filter(({ name }) => name === 'ClassDefinition').map((node) => [nameOf(node), node] as const),
  );
  const types = new Types(code, classes);
  const returned = main.getChild('TypeDef');
  return {
    parameters: parametersOf(list, code, types),
    result: returned === null ? anyJson : types.of(returned, false),
  };
}

function parametersOf(list: SyntaxNode, code: string, types: Types): Field[] {
  const fields: Field[] = [];
  let current: { name: string; type: string; isOptional: boolean } | undefined;
  let isSpread = false;
  for (const node of childrenOf(list)) {
    switch (node.name) {
      case '*':
      case '**':
        isSpread = true;
        break;
      case ',':
        current = undefined;
        isSpread = false;
        break;
      case 'TypeDef':
        if (current !== undefined) current.type = types.of(node, true);
        break;
      case 'AssignOp':
        if (current !== undefined) current.isOptional = true;
        break;
      case 'VariableName':
        if (current !== undefined || isSpread) break;
        current = { name: textOf(node, code), type: anyJson, isOptional: false };
        fields.push(current);
        break;
    }
  }
  return fields;
}

class Types {
  constructor(
    private readonly code: string,
    private readonly classes: ReadonlyMap<string, SyntaxNode>,
  ) {}

  /** @param annotation a node `TypeDef`: a colon or an arrow, and an expression */
  of(annotation: SyntaxNode, isArgument: boolean): string {
    const expression = annotation.lastChild;
    return expression === null ? anyJson : this.#type(expression, this.code, 0, isArgument);
  }

  #type(node: SyntaxNode, code: string, level: number, isArgument: boolean): string {
    if (level > deepest) return anyJson;
    const inner = (one: SyntaxNode) => this.#type(one, code, level + 1, isArgument);
    const text = textOf(node, code);
    switch (node.name) {
      case 'None':
        return 'null';
      case 'ParenthesizedExpression':
        return inner(childrenOf(node)[1] ?? node);
      case 'String':
        return this.#quoted(text, level, isArgument);
      case 'VariableName':
        return this.#named(text, level, isArgument);
      case 'BinaryExpression': {
        const [left, operator, right] = childrenOf(node);
        if (left === undefined || right === undefined || textOf(operator, code) !== '|') return anyJson;
        return unionOf([inner(left), inner(right)]);
      }
      case 'MemberExpression': {
        const [object, bracket, ...rest] = childrenOf(node);
        if (object === undefined) return anyJson;
        if (textOf(bracket, code) === '.') return this.#named(textOf(rest[0], code), level, isArgument);
        const name = textOf(object, code).replace(/^.*\./s, '');
        return this.#generic(
          name,
          rest.filter(({ name: kind }) => ![',', ']'].includes(kind)),
          code,
          inner,
        );
      }
      default:
        return anyJson;
    }
  }

  #generic(
    name: string,
    args: readonly SyntaxNode[],
    code: string,
    inner: (node: SyntaxNode) => string,
  ): string {
    const [first, second] = args;
    if (first === undefined) return anyJson;
    if (name === 'Optional') return unionOf([inner(first), 'null']);
    if (name === 'Union') return unionOf(args.map(inner));
    if (name === 'Literal') return unionOf(args.map((one) => literal(textOf(one, code))));
    if (name === 'Annotated' || name === 'Required' || name === 'NotRequired' || name === 'Awaitable')
      return inner(first);
    if (lists.has(name)) return arrayOf(unionOf(args.filter((one) => one.name !== 'Ellipsis').map(inner)));
    if (mappings.has(name))
      return `{ readonly [key: string]: ${second === undefined ? anyJson : inner(second)} }`;
    return anyJson;
  }

  /** A type in quotes, which Python evaluates later. */
  #quoted(text: string, level: number, isArgument: boolean): string {
    const code = text.replace(/^\w*(["']+)(.*)\1$/s, '$2');
    const expression = parser.parse(code).topNode.firstChild?.firstChild;
    return expression == null ? anyJson : this.#type(expression, code, level + 1, isArgument);
  }

  #named(name: string, level: number, isArgument: boolean): string {
    if (Object.hasOwn(simple, name)) return simple[name] ?? anyJson;
    if (name === 'S3Object') return '{ readonly s3: string; readonly storage?: string }';
    const declared = this.classes.get(name);
    if (declared === undefined) return isArgument && /^[a-z]\w*$/.test(name) ? resource : anyJson;
    if (isArgument) return resource;
    return this.#fields(declared, level);
  }

  #fields(declared: SyntaxNode, level: number): string {
    const body = declared.getChild('Body');
    const fields =
      body === null
        ? []
        : childrenOf(body).flatMap((statement): Field[] => {
            const [name, annotation] = childrenOf(statement);
            if (
              statement.name !== 'AssignStatement' ||
              name?.name !== 'VariableName' ||
              annotation?.name !== 'TypeDef'
            )
              return [];
            const expression = annotation.lastChild;
            const isOptional = textOf(expression ?? undefined, this.code).includes('NotRequired');
            const type = expression === null ? anyJson : this.#type(expression, this.code, level + 1, false);
            return [{ name: textOf(name, this.code), type, isOptional }];
          });
    return fields.length === 0 ? anyJson : objectOf(fields);
  }
}

function literal(text: string): string {
  if (/^-?\d+$/.test(text)) return text;
  if (text === 'True' || text === 'False') return text.toLowerCase();
  if (text === 'None') return 'null';
  const inner = /^(["'])([^\\]*)\1$/s.exec(text)?.[2];
  return inner === undefined ? anyJson : literalOf(inner);
}

function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) children.push(child);
  return children;
}

function textOf(node: SyntaxNode | null | undefined, code: string): string {
  return node == null ? '' : code.slice(node.from, node.to);
}
