import type {
  ArrowFunctionExpression,
  BindingPattern,
  Declaration,
  Function,
  Program,
  TSEnumMember,
  TSSignature,
  TSType,
  TSTypeName,
} from 'oxc-parser';
import { parseSync } from 'oxc-parser';
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

/**
 * Reads the signature of `main` in a TypeScript script. Types that the script declares are expanded; imported ones become
 * `Json`, and in a parameter `Resource`, as Windmill takes types that it does not know for types of resources.
 * @returns undefined if there is no `main`, or the code does not parse
 */
export function typescriptSignature(code: string): Signature | undefined {
  const { program, errors } = parseSync('script.ts', code);
  const main = errors.length > 0 ? undefined : mainOf(program);
  if (main === undefined) return undefined;
  const types = new Types(declarationsOf(program));
  return {
    parameters: main.params.map((parameter, index) => types.parameter(parameter, index)),
    result: main.returnType === null ? anyJson : types.result(main.returnType.typeAnnotation),
  };
}

interface Main {
  readonly params: readonly BindingPattern[];
  readonly returnType: { readonly typeAnnotation: TSType } | null;
}

function mainOf(program: Program): Main | undefined {
  for (const { declaration } of statementsOf(program)) {
    if (declaration.type === 'FunctionDeclaration' && declaration.id?.name === 'main')
      return mainFrom(declaration);
    if (declaration.type !== 'VariableDeclaration') continue;
    for (const { id, init } of declaration.declarations) {
      const isFunction = init?.type === 'ArrowFunctionExpression' || init?.type === 'FunctionExpression';
      if (isFunction && id.type === 'Identifier' && id.name === 'main') return mainFrom(init);
    }
  }
  return undefined;
}

function mainFrom({
  params,
  returnType,
}: Pick<Function | ArrowFunctionExpression, 'params' | 'returnType'>): Main {
  return {
    params: params.flatMap((one) =>
      one.type === 'RestElement' || one.type === 'TSParameterProperty' ? [] : [one],
    ),
    returnType: returnType ?? null,
  };
}

function statementsOf(program: Program): { readonly declaration: Declaration }[] {
  return program.body.flatMap((statement) => {
    if (statement.type === 'ExportNamedDeclaration')
      return statement.declaration === null ? [] : [{ declaration: statement.declaration }];
    return 'declare' in statement || statement.type === 'FunctionDeclaration'
      ? [{ declaration: statement }]
      : [];
  });
}

function declarationsOf(program: Program): ReadonlyMap<string, Declaration> {
  return new Map(
    statementsOf(program).flatMap(({ declaration }) =>
      'id' in declaration && declaration.id?.type === 'Identifier'
        ? [[declaration.id.name, declaration] as const]
        : [],
    ),
  );
}

class Types {
  constructor(private readonly declarations: ReadonlyMap<string, Declaration>) {}

  parameter(pattern: BindingPattern, index: number): Field {
    const hasDefault = pattern.type === 'AssignmentPattern';
    const target = hasDefault ? pattern.left : pattern;
    const annotation = target.typeAnnotation?.typeAnnotation;
    return {
      name: target.type === 'Identifier' ? target.name : `arg${index + 1}`,
      type:
        annotation === undefined
          ? hasDefault
            ? typeOfDefault(pattern.right)
            : anyJson
          : this.#type(annotation, 0, true),
      isOptional: hasDefault || ('optional' in target && (target.optional as boolean | undefined) === true),
    };
  }

  result(type: TSType): string {
    return this.#type(type, 0, false);
  }

  #type(type: TSType, level: number, isArgument: boolean): string {
    if (level > deepest) return anyJson;
    const inner = (one: TSType) => this.#type(one, level + 1, isArgument);
    switch (type.type) {
      case 'TSStringKeyword':
      case 'TSTemplateLiteralType':
        return 'string';
      case 'TSNumberKeyword':
        return 'number';
      case 'TSBooleanKeyword':
        return 'boolean';
      case 'TSNullKeyword':
      case 'TSVoidKeyword':
      case 'TSUndefinedKeyword':
        return 'null';
      case 'TSObjectKeyword':
        return anyObject;
      case 'TSLiteralType':
        return type.literal.type === 'Literal' && isPlain(type.literal.value)
          ? literalOf(type.literal.value)
          : anyJson;
      case 'TSParenthesizedType':
        return inner(type.typeAnnotation);
      case 'TSArrayType':
        return arrayOf(inner(type.elementType));
      case 'TSTupleType':
        return arrayOf(
          unionOf(
            type.elementTypes.map((one) =>
              'elementType' in one || one.type === 'TSOptionalType' || one.type === 'TSRestType'
                ? anyJson
                : inner(one),
            ),
          ),
        );
      case 'TSTypeOperator':
        return type.operator === 'readonly' ? inner(type.typeAnnotation) : anyJson;
      case 'TSUnionType':
        return unionOf(type.types.map(inner));
      case 'TSTypeLiteral':
        return this.#object(type.members, level, isArgument);
      case 'TSTypeReference':
        return this.#reference(nameOf(type.typeName), type.typeArguments?.params ?? [], level, isArgument);
      default:
        return anyJson;
    }
  }

  #object(members: readonly TSSignature[], level: number, isArgument: boolean): string {
    const fields = members.flatMap((member): Field[] => {
      if (member.type !== 'TSPropertySignature' || member.computed) return [];
      const { key } = member;
      const name =
        key.type === 'Identifier' ? key.name : key.type === 'Literal' ? String(key.value) : undefined;
      if (name === undefined) return [];
      const annotation = member.typeAnnotation?.typeAnnotation;
      const type = annotation === undefined ? anyJson : this.#type(annotation, level + 1, isArgument);
      return [{ name, type, isOptional: member.optional || annotation?.type === 'TSUndefinedKeyword' }];
    });
    return fields.length === 0 || members.some(({ type }) => type === 'TSIndexSignature')
      ? anyObject
      : objectOf(fields);
  }

  #reference(name: string, args: readonly TSType[], level: number, isArgument: boolean): string {
    const [first, second] = args;
    const inner = (one: TSType | undefined) =>
      one === undefined ? anyJson : this.#type(one, level + 1, isArgument);
    switch (name) {
      case 'Promise':
      case 'Awaited':
      case 'Readonly':
      case 'NonNullable':
        return inner(first);
      case 'Array':
      case 'ReadonlyArray':
      case 'Set':
        return arrayOf(inner(first));
      case 'Record':
        return `{ readonly [key: string]: ${inner(second)} }`;
      case 'Date':
      case 'wmill.Base64':
      case 'Base64':
      case 'URL':
        return 'string';
      case 'wmill.S3Object':
      case 'S3Object':
        return '{ readonly s3: string; readonly storage?: string }';
    }
    const declaration = this.declarations.get(name);
    switch (declaration?.type) {
      case 'TSTypeAliasDeclaration':
        return declaration.typeParameters == null
          ? this.#type(declaration.typeAnnotation, level + 1, isArgument)
          : anyJson;
      case 'TSInterfaceDeclaration':
        return declaration.extends.length > 0 || declaration.typeParameters != null
          ? anyObject
          : this.#object(declaration.body.body, level, isArgument);
      case 'TSEnumDeclaration':
        return enumType(declaration.body.members);
      case undefined:
        // `any` and `unknown` are keywords: what is left is imported, or a type of resources.
        return isArgument && args.length === 0 ? resource : anyJson;
      default:
        return anyJson;
    }
  }
}

function nameOf(name: TSTypeName): string {
  if (name.type === 'Identifier') return name.name;
  return name.type === 'TSQualifiedName' ? `${nameOf(name.left)}.${name.right.name}` : 'this';
}

function enumType(members: readonly TSEnumMember[]): string {
  return unionOf(
    members.map(({ initializer }) => {
      if (initializer === null) return 'number';
      return initializer.type === 'Literal' && isPlain(initializer.value)
        ? literalOf(initializer.value)
        : anyJson;
    }),
  );
}

function typeOfDefault(value: { readonly type: string; readonly value?: unknown }): string {
  if (value.type === 'TemplateLiteral') return 'string';
  return value.type === 'Literal' && ['string', 'number', 'boolean'].includes(typeof value.value)
    ? typeof value.value
    : anyJson;
}

function isPlain(value: unknown): value is string | number | boolean | null {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}
